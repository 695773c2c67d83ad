import { type Static, Type } from 'typebox'
import { checkSteps } from '../engine/plan/checks.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { writtenSteps } from '../engine/plan/written.ts'
import { STATUS_VALUES, type StatusName } from '../engine/status.ts'
import { type DefinitionProblem, problem } from '../engine/validate/problem.ts'
import { findProblems, type KnownBeside, MAX_PROBLEMS, NOTHING_BESIDE } from '../engine/validate/validate.ts'
import { isObject } from '../engine/values/json.ts'
import { unescapePointer } from '../engine/values/pointer.ts'
import type { StatusWire } from './job.ts'
import { type DefinitionRules, judgeJob } from './parseDefinition.ts'
import { readDefinition } from './readDefinition.ts'
import { refTo } from './ref.ts'

/** A problem of a definition as it leaves the process. */
export const DefinitionProblemWire = Type.Object(
  {
    pointer: Type.String({ description: 'JSON Pointer into the definition.', examples: ['/steps/0/action'] }),
    severity: Type.Unsafe<'error' | 'warning'>(
      Type.String({ description: '`error`: it fails for certain; `warning`: it hardly means what it says.' }),
    ),
    code: Type.String({ description: 'What kind of problem it is; may grow.', examples: ['unknown-action'] }),
    detail: Type.String({ description: 'What is wrong, for people.' }),
    suggestion: Type.Union([Type.String(), Type.Null()], { description: 'The name that was most likely meant.' }),
  },
  { $id: 'DefinitionProblem', description: 'Something in a definition that will fail, or hardly means what it says.' },
)

/** What `validate` answers. */
export const ValidationWire = Type.Object(
  {
    valid: Type.Boolean({ description: 'False where a problem is an error.' }),
    problems: Type.Array(refTo<DefinitionProblem>('DefinitionProblem'), {
      description: 'In document order, at most 200.',
    }),
    steps: Type.Array(
      Type.Object({
        id: Type.String(),
        position: Type.Integer(),
        status: refTo<StatusWire>('Status'),
        detail: Type.Union([Type.String(), Type.Null()]),
      }),
      { description: 'What each step of the top sequence would start with; empty where the job would be refused.' },
    ),
  },
  { $id: 'Validation', description: 'What would become of a definition, as far as that can be told before it runs.' },
)
export type Validation = Static<typeof ValidationWire>

/**
 * Tells all that is wrong with a definition without running it; it throws for nothing that is JSON.
 *
 * @param known what there is beside it
 */
export function validateDefinition(
  posted: unknown,
  registry: Registry,
  rules: DefinitionRules,
  known: KnownBeside = NOTHING_BESIDE,
): Validation {
  const { errors, input } = judgeJob(posted, rules, MAX_PROBLEMS)
  const refused = errors.map(({ code, pointer, detail, suggestion }) => problem(code, pointer, detail, suggestion))
  if (input === null) {
    return { valid: false, problems: inDocumentOrder(posted, refused).slice(0, MAX_PROBLEMS), steps: [] }
  }
  const definition = readDefinition(input)
  const failures = checkSteps(definition, registry, known.secrets)
  const found = findProblems(input, failures, registry, known).filter((one) => !isBeside(one, refused))
  const all = inDocumentOrder(posted, [...refused, ...found])
  const problems = all.slice(0, MAX_PROBLEMS)
  if (refused.length > 0) return { valid: false, problems, steps: [] }
  const steps = writtenSteps(definition).flatMap(({ definition: { id, position }, depth, parts }, index) => {
    if (depth > 0 || parts > 1) return []
    const failure = failures[index] ?? null
    const name: StatusName = failure?.status ?? 'NONE'
    return [{ id, position, status: { name, value: STATUS_VALUES[name] }, detail: failure?.error.message ?? null }]
  })
  const valid = failures.every((failure) => failure === null) && all.every(({ severity }) => severity !== 'error')
  return { valid, problems, steps }
}

/** What follows from what is refused at the same pointer: a condition of a wrong form, parameters under another name. */
function isBeside({ code, pointer }: DefinitionProblem, refused: readonly DefinitionProblem[]): boolean {
  if (code === 'never' || code === 'always') return refused.some((one) => one.pointer.startsWith(pointer))
  if (code !== 'parameter-missing') return false
  const step = pointer.slice(0, pointer.lastIndexOf('/'))
  return refused.some(
    (one) =>
      one.pointer === pointer ||
      (one.suggestion === 'parameters' && one.pointer.slice(0, one.pointer.lastIndexOf('/')) === step),
  )
}

/** Problems by where they stand in the document; those of one pointer stay in order. */
export function inDocumentOrder(posted: unknown, problems: readonly DefinitionProblem[]): DefinitionProblem[] {
  const keys = new Map<object, ReadonlyMap<string, number>>()
  return problems
    .map((one) => ({ one, way: wayTo(posted, one.pointer, keys) }))
    .sort((a, b) => compareWays(a.way, b.way))
    .map(({ one }) => one)
}

/** The way to what a pointer names, as positions among siblings; what is not there comes before what is. */
function wayTo(posted: unknown, pointer: string, keys: Map<object, ReadonlyMap<string, number>>): number[] {
  let value = posted
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = unescapePointer(part)
      if (Array.isArray(value)) {
        value = value[Number(key)]
        return Number(key)
      }
      if (!isObject(value)) return -1
      const known = keys.get(value) ?? new Map(Object.keys(value).map((one, i) => [one, i]))
      keys.set(value, known)
      value = known.has(key) ? value[key] : undefined
      return known.get(key) ?? -1
    })
}

function compareWays(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = (left[i] ?? 0) - (right[i] ?? 0)
    if (order !== 0) return order
  }
  return left.length - right.length
}
