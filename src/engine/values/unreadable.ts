/** What is stored of a job can't be read: it was damaged, or is not there any more. `cause` says where. */
export class StoredUnreadable extends Error {
  override readonly name = 'StoredUnreadable'

  constructor(cause: unknown) {
    super("what is stored of the job can't be read", { cause })
  }
}

/** What reading gives; whatever reading throws is told as a `StoredUnreadable`. Only for what asks no database. */
export function readingStored<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw new StoredUnreadable(error)
  }
}
