import type { StepPlan } from '../plan/tree.ts'
import { STATUS_VALUES } from '../status.ts'
import type { Budget, Json, JsonObject } from '../values/json.ts'
import { descend, isHidden } from './descend.ts'
import { failureInReach, roundOf, waitInReach } from './reach.ts'
import type { RunState, Sequence, StepResult } from './state.ts'
import { stepAt } from './planned.ts'

/** What `{% steps %}` makes for each step, in characters, about. */
const COST_OF_STEP = 200

const NOT_RUN: StepResult = { status: 'NONE', returnValue: null }

/**
 * The value that a path leads to from a place in the job; null where it leads nowhere. Steps are looked for in the
 * sequence of the place first, then in the one around it, outwards. Throws a `ValueTooLarge` when the budget is spent.
 */
export function lookUp(at: Sequence, parts: readonly string[], budget: Budget): Json {
  switch (parts[0]) {
    case 'job':
      return parts.length === 1 ? wholeJob(at) : inJob(at, parts, budget)
    case 'steps':
      return parts.length === 1 ? stepViews(at, budget) : inSteps(at, parts, budget)
    case 'item':
      return descend(roundOf(at, 'item')?.item ?? null, parts, 1, budget)
    case 'last':
      return descend(roundOf(at, 'last')?.last ?? null, parts, 1, budget)
    case 'index':
      return descend(roundOf(at, 'index')?.index ?? null, parts, 1, budget)
    case 'wait':
      return descend(waitInReach(at), parts, 1, budget)
    case 'failure':
      return descend(failureInReach(at), parts, 1, budget)
    default:
      return null
  }
}

/** Whether a path names a variable, or a place in one: what a block may then change in place. */
export function namesVariable(parts: readonly string[]): boolean {
  if (parts[0] !== 'job' || parts[1] !== 'variables' || parts.length < 3) return false
  for (let i = 3; i < parts.length; i++) if (parts[i]?.includes(':')) return false
  return true
}

/** The job's local values, also those that are secret. */
export function localValuesOf({ context, plan }: RunState): JsonObject {
  return context.inputs?.localValues ?? plan.definition.localValues
}

function inJob(at: Sequence, parts: readonly string[], budget: Budget): Json {
  const { run } = at
  const { definition } = run.plan
  switch (parts[1]) {
    case 'variables':
      return descend(at.variables.value, parts, 2, budget)
    case 'parameters':
      return descend(localValuesOf(run), parts, 2, budget)
    case 'metadata':
      return descend(definition.metadata, parts, 2, budget)
    case 'name':
      return descend(definition.name, parts, 2, budget)
    case 'id':
      return descend(run.context.job.id, parts, 2, budget)
    case 'success':
      return descend(run.success, parts, 2, budget)
    default:
      return null
  }
}

/** A step as it is seen from a place: in which sequence it stands, and what is between. */
export type Seen = { readonly sequence: Sequence; readonly index: number; readonly inner: Sequence | null }

/** Finds a step by its id, in the sequence of a place or in one around it. */
export function findStep(at: Sequence, id: string): Seen | null {
  let inner: Sequence | null = null
  for (let sequence: Sequence | null = at; sequence !== null; ) {
    const index = sequence.plan.byId.get(id)
    if (index !== undefined) return { sequence, index, inner: inner?.outer?.index === index ? inner : null }
    inner = sequence
    sequence = sequence.outer?.sequence ?? null
  }
  return null
}

function inSteps(at: Sequence, parts: readonly string[], budget: Budget): Json {
  const id = parts[1]
  if (id === undefined || isHidden(id)) return null
  const seen = findStep(at, id)
  if (seen === null) return null
  if (parts.length === 2) return stepView(seen)
  const { definition, blockName } = stepOf(seen)
  switch (parts[2]) {
    case 'result':
      return descend(resultOf(seen).returnValue, parts, 3, budget)
    case 'status':
      return descend(statusOf(seen), parts, 3, budget)
    case 'id':
      return descend(definition.id, parts, 3, budget)
    case 'position':
      return descend(definition.position, parts, 3, budget)
    case 'action':
      return descend(definition.action, parts, 3, budget)
    case 'block':
      return descend(blockName, parts, 3, budget)
    case 'parameters':
      return descend(definition.parameters, parts, 3, budget)
    case 'item':
      return descend(seen.inner?.round?.item ?? null, parts, 3, budget)
    case 'index':
      return descend(seen.inner?.round?.index ?? null, parts, 3, budget)
    case 'last':
      return descend(seen.inner?.round?.last ?? null, parts, 3, budget)
    default:
      return null
  }
}

function stepOf({ sequence, index }: Seen): StepPlan {
  return stepAt(sequence.plan, index)
}

/** How a step ended, as far as it did. */
export function resultOf({ sequence, index }: Seen): StepResult {
  return sequence.results[index] ?? NOT_RUN
}

function statusOf(seen: Seen): JsonObject {
  const { status } = resultOf(seen)
  return { name: status, value: STATUS_VALUES[status] }
}

function wholeJob(at: Sequence): JsonObject {
  const { plan, context, success } = at.run
  const { name, metadata } = plan.definition
  return {
    name,
    id: context.job.id,
    success,
    parameters: localValuesOf(at.run),
    variables: at.variables.value,
    metadata: { ...metadata },
  }
}

function stepViews(at: Sequence, budget: Budget): JsonObject {
  budget.spend(at.plan.byId.size * COST_OF_STEP)
  return Object.fromEntries(
    [...at.plan.byId]
      .filter(([id]) => !isHidden(id))
      .map(([id, index]) => [id, stepView({ sequence: at, index, inner: null })]),
  )
}

/** All that is known of a step. */
export function stepView(seen: Seen): JsonObject {
  const { definition, blockName } = stepOf(seen)
  const { id, position, action, parameters } = definition
  const { returnValue: result } = resultOf(seen)
  const round = seen.inner?.round
  return {
    result,
    id,
    status: statusOf(seen),
    position,
    action,
    block: { ...blockName },
    parameters,
    ...(round == null ? {} : { ...round }),
  }
}
