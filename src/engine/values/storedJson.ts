/**
 * How one kind of value is kept as JSON text where nobody but this program writes: in a column, under a seal. Both ways
 * stand together, so that what is read is of the type that was written.
 */
export type StoredJson<Value> = {
  write(value: Value): string
  read(text: string): Value
}

/** Makes it for one kind of value. */
export function storedJson<Value>(): StoredJson<Value> {
  return { write: (value) => JSON.stringify(value), read: (text) => JSON.parse(text) }
}
