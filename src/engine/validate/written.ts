/** A definition as it is posted, as far as `validate` looks at it; its form was checked before. */
export type WrittenJob = {
  readonly tags?: readonly string[]
  readonly steps: readonly PostedStep[]
  readonly on_failure?: readonly PostedStep[]
  readonly output?: unknown
  readonly variables?: Readonly<Record<string, unknown>>
  readonly local_values?: Readonly<Record<string, unknown>>
}

/** A step as it was posted. */
export type PostedStep = {
  readonly action?: string
  readonly id?: string
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly if?: unknown
  readonly until?: unknown
  readonly output?: unknown
  readonly steps?: readonly PostedStep[]
  readonly branches?: readonly PostedBranch[]
  readonly retry?: ErrorNames | readonly ErrorNames[] | null
  readonly catch?: PostedCatch | readonly PostedCatch[]
  readonly undo?: readonly PostedStep[]
}

/** A branch as it was posted. */
export type PostedBranch = {
  readonly id?: string
  readonly if?: unknown
  readonly steps?: readonly PostedStep[]
  readonly output?: unknown
}

/** Lists of a `retry` or a `catch` that name errors. */
export type ErrorNames = { readonly on?: readonly string[]; readonly not_on?: readonly string[] }

/** A catch as it was posted. */
export type PostedCatch = ErrorNames & {
  readonly if?: unknown
  readonly steps?: readonly PostedStep[]
  readonly output?: unknown
}
