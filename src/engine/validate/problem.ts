/** What `validate` can say, by the names that stay. */
export type ProblemCode =
  | 'unknown-action'
  | 'forbidden-action'
  | 'duplicate-id'
  | 'limit'
  | 'parameter-type'
  | 'parameter-missing'
  | 'parameter-unknown'
  | 'tag-malformed'
  | 'tag-unknown'
  | 'tag-later'
  | 'tag-path'
  | 'tag-type'
  | 'never'
  | 'always'
  | 'forbidden-secret'
  | 'write-lost'
  | 'expression'
  | 'output-omitted'
  | 'invalid'

/** Something in a definition that will fail, or that hardly means what it says. */
export type DefinitionProblem = {
  /** A JSON Pointer into the definition. */
  readonly pointer: string
  /** An error fails for certain; a warning is most likely a slip. */
  readonly severity: 'error' | 'warning'
  readonly code: ProblemCode
  readonly detail: string
  /** The name that was most likely meant, or null. */
  readonly suggestion: string | null
}

const WARNINGS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'tag-malformed',
  'tag-unknown',
  'tag-later',
  'tag-path',
  'tag-type',
  'never',
  'always',
  'write-lost',
])

/** A problem; how grave it is follows from its code. */
export function problem(
  code: ProblemCode,
  pointer: string,
  detail: string,
  suggestion: string | null = null,
): DefinitionProblem {
  return { pointer, severity: WARNINGS.has(code) ? 'warning' : 'error', code, detail, suggestion }
}
