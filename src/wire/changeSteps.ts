import { actionOf } from '../engine/registeredBlock.ts'
import { isObject, type Json, type JsonObject } from '../engine/values/json.ts'
import { pointerPart } from '../engine/values/pointer.ts'
import type { FieldError } from './problem.ts'

/** Steps have others below them in rounds, whose numbers a path as written does not have. */
const LOOPS: ReadonlySet<string> = new Set(['FLOW.EACH', 'FLOW.REPEAT'])
const ROUND = /^(0|[1-9]\d*)$/

/**
 * A written job with other parameters for some of its steps, by their paths, with or without the numbers of rounds.
 * `errors` names the paths at which there is no step.
 */
export function changeSteps(
  job: JsonObject,
  changes: Readonly<Record<string, JsonObject>>,
): { readonly job: JsonObject; readonly errors: readonly FieldError[] } {
  const paths = Object.keys(changes)
  if (paths.length === 0) return { job, errors: [] }
  const changed = structuredClone(job)
  const errors: FieldError[] = []
  for (const [path, parameters] of Object.entries(changes)) {
    const step = writtenAt(changed, path)
    if (step === null) errors.push({ pointer: `/steps${pointerPart(path)}`, detail: NO_STEP })
    else step['parameters'] = parameters
  }
  return { job: changed, errors }
}

/** What is said of a path that leads to no step. */
export const NO_STEP = 'is the path of no step'

/** The step of a written job at a path; null: there is none. */
export function writtenAt(job: JsonObject, path: string): JsonObject | null {
  const parts = path.split('/')
  if (parts[0] === 'on_failure' && parts.length > 1 && Array.isArray(job['on_failure']))
    return stepIn(job['on_failure'], parts.slice(1))
  return stepIn(job['steps'], parts)
}

function stepIn(steps: Json | undefined, [id, ...below]: readonly string[]): JsonObject | null {
  if (!Array.isArray(steps) || id === undefined) return null
  const step = steps.find((one, i) => isObject(one) && (one['id'] ?? String(i + 1)) === id)
  if (!isObject(step)) return null
  return below.length === 0 ? step : belowStep(step, below)
}

function belowStep(step: JsonObject, parts: readonly string[]): JsonObject | null {
  const [first, ...rest] = parts
  if (first === undefined) return null
  if (first === 'undo') return stepIn(step['undo'], rest)
  if (first === 'catch') return firstFound(asList(step['catch']), (one) => stepIn(one['steps'], rest))
  if (first === 'wait') return stepIn(step['steps'], rest)
  const branches = asList(step['branches'])
  if (branches.length > 0) {
    const branch = branches.find((one, i) => (one['id'] ?? String(i + 1)) === first)
    return branch === undefined ? null : stepIn(branch['steps'], rest)
  }
  const loops = isLoop(step['action'])
  const inRound = loops && ROUND.test(first) && rest.length > 0 ? stepIn(step['steps'], rest) : null
  return inRound ?? stepIn(step['steps'], parts)
}

function isLoop(action: Json | undefined): boolean {
  return typeof action === 'string' && LOOPS.has(actionOf(action))
}

/** One thing, or a list of things. */
function asList(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => isObject(one))
}

function firstFound<T, R>(list: readonly T[], find: (one: T) => R | null): R | null {
  for (const one of list) {
    const found = find(one)
    if (found !== null) return found
  }
  return null
}
