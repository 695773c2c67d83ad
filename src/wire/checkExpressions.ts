import { FLOW_ACTIONS } from '../engine/run/flow/actions.ts'
import type { Reach } from '../engine/expressions/scope.ts'
import { actionOf } from '../engine/registeredBlock.ts'
import { conditionMistakes, expressionMistakes, mentionsExpression, type TextMistake } from '../engine/tags/mistakes.ts'
import type { Json } from '../engine/values/json.ts'
import type { BranchInput, CatchInput, JobInput, StepInput } from './definition.ts'

/** Names that mean the same everywhere; where they stand, they win over steps of that name. */
const ROOTS: readonly string[] = ['vars', 'locals', 'job', 'now']

/** What is wrong with the expressions and the conditions of a definition, in its order. */
export function checkExpressions(input: JobInput): TextMistake[] {
  if (!mayHaveExpressions(input)) return []
  const top = NOTHING.and(ROOTS).and(idsOf(input.steps))
  return [
    ...inSequence(input.steps, '/steps', top),
    ...expressionMistakes(jsonOf(input.output), '/output', top),
    ...inSequence(input.on_failure, '/on_failure', top.and(idsOf(input.on_failure)).and(['failure'])),
  ]
}

/** Many jobs have none: no names and no pointers are made for those. */
function mayHaveExpressions({ steps, on_failure: onFailure = [], output }: JobInput): boolean {
  return output != null || steps.some(mayBeInStep) || onFailure.some(mayBeInStep)
}

function mayBeInStep(step: StepInput): boolean {
  return step.if != null || hasMore(step) || (step.parameters !== undefined && mentionsExpression(step.parameters))
}

/** The names that are in reach at a place: those of its own sequence, and those of the places around it. */
class Names implements Reach {
  readonly #own: ReadonlySet<string>
  readonly #outer: Names | null

  constructor(own: readonly string[], outer: Names | null) {
    this.#own = new Set(own)
    this.#outer = outer
  }

  has(name: string): boolean {
    return this.#own.has(name) || (this.#outer?.has(name) ?? false)
  }

  and(names: readonly string[]): Names {
    return names.length === 0 ? this : new Names(names, this)
  }
}

const NOTHING = new Names([], null)

function idsOf(parts: readonly { readonly id?: string }[] | undefined): string[] {
  return (parts ?? []).map(({ id }, i) => id ?? String(i + 1))
}

function jsonOf(value: Json | undefined): Json {
  return value ?? null
}

function inSequence(steps: readonly StepInput[] | undefined, pointer: string, reach: Names): TextMistake[] {
  return (steps ?? []).flatMap((step, i) => inStep(step, `${pointer}/${i}`, reach))
}

function inStep(step: StepInput, pointer: string, around: Names): TextMistake[] {
  const action = step.action === undefined ? 'FLOW.DO' : actionOf(step.action)
  const reach = step.forced === true ? around.and(['failure']) : around
  const parameters = parametersOf(step, action)
  const own = [
    ...conditionMistakes(jsonOf(step.if), `${pointer}/if`, reach),
    ...(mentionsExpression(parameters) ? expressionMistakes(parameters, `${pointer}/parameters`, reach) : []),
  ]
  return hasMore(step) ? [...own, ...belowStep(step, action, pointer, reach)] : own
}

function hasMore(step: StepInput): boolean {
  return step.action === undefined || HAS_MORE.some((part) => step[part] !== undefined)
}

const HAS_MORE = ['steps', 'branches', 'until', 'output', 'catch', 'undo'] as const

/** What an action takes as it is written is looked at when it is a job of its own. */
function parametersOf({ parameters }: StepInput, action: string): Json {
  const asWritten = FLOW_ACTIONS.get(action)?.asWritten
  if (asWritten === undefined || parameters?.[asWritten] === undefined) return jsonOf(parameters)
  const { [asWritten]: _, ...rest } = parameters
  return jsonOf(rest)
}

function belowStep(step: StepInput, action: string, pointer: string, reach: Names): TextMistake[] {
  const roots = FLOW_ACTIONS.get(action)?.shape.roots ?? []
  const inside = reach.and([...idsOf(step.steps), ...roots])
  const outputs = step.branches === undefined ? inside : reach.and(idsOf(step.branches))
  const handling = reach.and(['failure'])
  return [
    ...inSequence(step.steps, `${pointer}/steps`, inside),
    ...(step.branches ?? []).flatMap((branch, i) => inBranch(branch, `${pointer}/branches/${i}`, reach)),
    ...conditionMistakes(jsonOf(step.until), `${pointer}/until`, inside),
    ...expressionMistakes(jsonOf(step.output), `${pointer}/output`, outputs),
    ...catchesOf(step, pointer).flatMap(([one, at]) => inCatch(one, at, handling)),
    ...inSequence(step.undo, `${pointer}/undo`, handling.and(idsOf(step.undo))),
  ]
}

function catchesOf({ catch: caught }: StepInput, pointer: string): [CatchInput, string][] {
  if (caught === undefined) return []
  if (!Array.isArray(caught)) return [[caught, `${pointer}/catch`]]
  return caught.map((one, i) => [one, `${pointer}/catch/${i}`])
}

function inBranch(branch: BranchInput, pointer: string, reach: Names): TextMistake[] {
  const inside = reach.and(idsOf(branch.steps))
  return [
    ...conditionMistakes(jsonOf(branch.if), `${pointer}/if`, reach),
    ...inSequence(branch.steps, `${pointer}/steps`, inside),
    ...expressionMistakes(jsonOf(branch.output), `${pointer}/output`, inside),
  ]
}

function inCatch(one: CatchInput, pointer: string, reach: Names): TextMistake[] {
  const inside = reach.and(idsOf(one.steps))
  return [
    ...conditionMistakes(jsonOf(one.if), `${pointer}/if`, reach),
    ...inSequence(one.steps, `${pointer}/steps`, inside),
    ...expressionMistakes(jsonOf(one.output), `${pointer}/output`, inside),
  ]
}
