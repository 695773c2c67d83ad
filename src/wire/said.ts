/** What is said of a value that does not fit a schema. */
export type Said = {
  /** `wish`: what the value must be, of which several are alternatives; `unknownKey`: the schema has no such key. */
  readonly kind: 'wish' | 'fault' | 'unknownKey'
  readonly words: string
}

/** @param words what follows "must be" */
export function wish(words: string): Said {
  return { kind: 'wish', words }
}

/** @param words a whole sentence about the value */
export function fault(words: string): Said {
  return { kind: 'fault', words }
}
