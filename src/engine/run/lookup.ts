import { characterAt } from '../values/characters.ts'
import { type Budget, getOwn, isObject, type Json, type JsonObject } from '../values/json.ts'
import { itemAt, sliceList, sliceText, type Slice } from '../values/slice.ts'
import type { RunState, StepResult } from './state.ts'
import { STATUS_VALUES } from '../status.ts'

/** What `{% steps %}` makes for each step, in characters, about. */
const COST_OF_STEP = 200

const INDEX = /^-?\d+$/
const SLICE = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/

/**
 * The value that a path leads to, as it stands in the job; null where it leads nowhere. What has to be looked through or
 * made on the way (a slice, the place of a character) is taken from the budget: a tag is a few characters long, and
 * there may be a hundred thousand of them. Throws a `ValueTooLarge` when it is spent.
 */
export function lookUp(run: RunState, parts: readonly string[], budget: Budget): Json {
  const [root] = parts
  if (root === 'job') return parts.length === 1 ? wholeJob(run) : inJob(run, parts, budget)
  if (root === 'steps') return parts.length === 1 ? wholeSteps(run, budget) : inSteps(run, parts, budget)
  return null
}

/** Whether a path names a variable, or a place in one: what a block may then change in place. */
export function namesVariable(parts: readonly string[]): boolean {
  if (parts[0] !== 'job' || parts[1] !== 'variables' || parts.length < 3) return false
  for (let i = 3; i < parts.length; i++) if (parts[i]?.includes(':')) return false
  return true
}

function inJob(run: RunState, parts: readonly string[], budget: Budget): Json {
  const { definition } = run.plan
  switch (parts[1]) {
    case 'variables':
      return descend(run.variables, parts, 2, budget)
    case 'parameters':
      return descend(definition.localValues, parts, 2, budget)
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

function inSteps(run: RunState, parts: readonly string[], budget: Budget): Json {
  const id = parts[1] as string
  if (isHidden(id)) return null
  const index = run.plan.byId.get(id)
  if (index === undefined) return null
  if (parts.length === 2) return stepView(run, index)
  const { definition, blockName } = run.plan.steps[index] as RunState['plan']['steps'][number]
  switch (parts[2]) {
    case 'result':
      return descend((run.results[index] as StepResult).returnValue, parts, 3, budget)
    case 'status':
      return descend(statusOf(run, index), parts, 3, budget)
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
    default:
      return null
  }
}

function statusOf(run: RunState, index: number): JsonObject {
  const { status } = run.results[index] as StepResult
  return { name: status, value: STATUS_VALUES[status] }
}

function wholeJob(run: RunState): JsonObject {
  const { name, localValues, metadata } = run.plan.definition
  const { id } = run.context.job
  return {
    name,
    id,
    success: run.success,
    parameters: localValues,
    variables: run.variables,
    metadata: { ...metadata },
  }
}

function wholeSteps(run: RunState, budget: Budget): JsonObject {
  budget.spend(run.plan.byId.size * COST_OF_STEP)
  return Object.fromEntries([...run.plan.byId].filter(([id]) => !isHidden(id)).map(([id, i]) => [id, stepView(run, i)]))
}

/** All that is known of a step. */
export function stepView(run: RunState, index: number): JsonObject {
  const { definition, blockName } = run.plan.steps[index] as RunState['plan']['steps'][number]
  const { id, position, action, parameters } = definition
  const { returnValue: result } = run.results[index] as StepResult
  return { result, id, status: statusOf(run, index), position, action, block: { ...blockName }, parameters }
}

function descend(from: Json, parts: readonly string[], at: number, budget: Budget): Json {
  let value = from
  for (let i = at; i < parts.length && value !== null; i++) value = child(value, parts[i] as string, budget)
  return value
}

function child(value: Json, part: string, budget: Budget): Json {
  if (isHidden(part)) return null
  if (Array.isArray(value)) return inItems(value, part, budget)
  if (typeof value === 'string') return inText(value, part, budget)
  return isObject(value) ? (getOwn<Json>(value as JsonObject, part) ?? null) : null
}

function inText(text: string, part: string, budget: Budget): Json {
  if (INDEX.test(part)) {
    const index = Number(part)
    budget.spend(Math.min(Math.abs(index), text.length))
    return characterAt(text, index) ?? null
  }
  const slice = parseSlice(part)
  if (slice === null) return null
  budget.spend(costOfSlice(text.length, slice))
  return sliceText(text, slice)
}

function inItems(list: Json[], part: string, budget: Budget): Json {
  if (INDEX.test(part)) return itemAt(list, Number(part)) ?? null
  const slice = parseSlice(part)
  if (slice === null) return null
  budget.spend(costOfSlice(list.length, slice))
  return sliceList(list, slice)
}

/** One piece is found and copied far faster than single items are picked. */
function costOfSlice(length: number, { step }: Slice): number {
  return step === null || step === 1 ? length / 4 : length
}

/** A slice as it stands in a path, or null: also for a step of 0, since such a path leads nowhere. */
function parseSlice(part: string): Slice | null {
  const match = SLICE.exec(part)
  if (match === null) return null
  const [start, stop, step] = [match[1], match[2], match[3]].map((bound) =>
    bound === undefined ? null : Number(bound),
  )
  return step === 0 ? null : { start: start ?? null, stop: stop ?? null, step: step ?? null }
}

/** Parts that start or end with `_` are out of reach, as in the reference. */
function isHidden(part: string): boolean {
  return part.startsWith('_') || part.endsWith('_')
}
