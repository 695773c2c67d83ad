import type { Reach } from '../engine/expressions/scope.ts'
import { conditionMistakes, expressionMistakes } from '../engine/tags/mistakes.ts'
import type { Json } from '../engine/values/json.ts'
import type { JobInput } from './definition.ts'
import type { FieldError } from './problem.ts'

/** Names that mean the same everywhere; where they stand, they win over steps of that name. */
const ROOTS = new Set(['vars', 'locals', 'job', 'now'])

/** What is wrong with the expressions and the conditions of a definition, in its order. */
export function checkExpressions(input: JobInput): FieldError[] {
  const ids = new Set(input.steps.map(({ id }, i) => id ?? String(i + 1)))
  const reach: Reach = { has: (name) => ROOTS.has(name) || ids.has(name) }
  return [
    ...input.steps.flatMap((step, i) => [
      ...conditionMistakes((step.if ?? null) as Json, `/steps/${i}/if`, reach),
      ...expressionMistakes((step.parameters ?? null) as Json, `/steps/${i}/parameters`, reach),
    ]),
    ...expressionMistakes((input.output ?? null) as Json, '/output', reach),
  ]
}
