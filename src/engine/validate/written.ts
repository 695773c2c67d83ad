/** A definition as it is posted, as far as `validate` looks at it; its form was checked before. */
export type WrittenJob = {
  readonly tags?: readonly string[]
  readonly steps: readonly WrittenStep[]
  readonly on_failure?: readonly WrittenStep[]
  readonly output?: unknown
  readonly variables?: Readonly<Record<string, unknown>>
  readonly local_values?: Readonly<Record<string, unknown>>
}

export type WrittenStep = {
  readonly action?: string
  readonly id?: string
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly if?: unknown
  readonly until?: unknown
  readonly output?: unknown
  readonly steps?: readonly WrittenStep[]
  readonly branches?: readonly WrittenBranch[]
  readonly catch?: WrittenCatch | readonly WrittenCatch[]
  readonly undo?: readonly WrittenStep[]
}

export type WrittenBranch = {
  readonly id?: string
  readonly if?: unknown
  readonly steps?: readonly WrittenStep[]
  readonly output?: unknown
}

export type WrittenCatch = {
  readonly if?: unknown
  readonly steps?: readonly WrittenStep[]
  readonly output?: unknown
}
