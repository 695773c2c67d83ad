import { FLOW_ACTIONS } from '../engine/run/flow/actions.ts'
import type { FlowShape } from '../engine/run/flowAction.ts'
import { MAX_PATH } from '../engine/plan/longestPath.ts'
import { actionOf } from '../engine/registeredBlock.ts'
import { durationOf } from '../engine/values/duration.ts'
import { isObject, isParsedObject } from '../engine/values/json.ts'
import type { BranchInput, CatchInput, JobInput, RetryInput, StepInput } from './definition.ts'
import type { FieldError } from './problem.ts'

/** Sequences around a step, its own counted. */
const MAX_LEVELS = 10

/** Where a sequence stands: what its steps' pointers and paths begin with. */
type SequenceFrame = {
  readonly pointer: string
  readonly path: string
  readonly level: number
  /** FLOW.END is refused: in an undo, a handler, or what runs while a step waits. */
  readonly endless: boolean
}

/** What was sent where a `T` belongs: it may have any of its fields, and anything in them. */
type Sent<T> = { readonly [Field in keyof T]?: unknown }

/**
 * What of the tree of steps does not fit, beyond what the schema says: what belongs where, reserved and repeated names,
 * how deep and how long it is. It is told beside what the schema says, so it passes over what has not even its form.
 */
export function checkFlow(input: Sent<JobInput>, maxSteps: number): FieldError[] {
  const check = new TreeCheck()
  check.sequence(input.steps, { pointer: '/steps', path: '', level: 1, endless: false })
  if (input.on_failure !== undefined) {
    check.sequence(input.on_failure, { pointer: '/on_failure', path: 'on_failure', level: 1, endless: true })
    if (listOf(input.on_failure).length > 0) check.reserve(input.steps)
  }
  check.duration(input.timeout, '/timeout')
  check.duration(input.delay, '/delay')
  if (check.steps > maxSteps) check.add('/steps', `must not have more than ${maxSteps} steps`)
  return check.errors.slice(0, MAX_ERRORS)
}

/** More would help nobody. */
const MAX_ERRORS = 50

/** A duration, as the schema takes it. */
const WRITTEN = /^(?:\d+(?:ms|s|m|h|d))+$/

/** The objects of a list, in their places. */
function listOf<T>(list: unknown): Sent<T>[] {
  return Array.isArray(list) ? list.map((item: unknown) => (isObject(item) ? item : {})) : []
}

/** What a step or branch is called in paths: its id, else its position. */
function idOf({ id }: { readonly id?: unknown }, index: number): string {
  return typeof id === 'string' ? id : String(index + 1)
}

/** Ids that paths use for what belongs to a step. */
const RESERVED: ReadonlySet<string> = new Set(['catch', 'undo', 'wait'])

/** A call of a block and nothing more, with names that are in order: what most steps are. */
function isPlainCall(step: Sent<StepInput>): boolean {
  for (const key in step) if (!PLAIN.has(key)) return false
  const { action, id } = step
  return typeof action === 'string' && !FLOW.test(action) && isClean(action) && (id === undefined || isClean(id))
}

const PLAIN: ReadonlySet<string> = new Set(['action', 'id', 'parameters', 'forced', 'if'])
const FLOW = /^flow\./i

function isClean(text: unknown): boolean {
  return typeof text === 'string' && !text.includes('\0') && text.isWellFormed()
}

class TreeCheck {
  readonly errors: FieldError[] = []
  steps = 0

  add(pointer: string, detail: string): void {
    this.errors.push({ pointer, detail })
  }

  /** The ids that the handler of a failed job needs. */
  reserve(steps: unknown): void {
    listOf<StepInput>(steps).forEach(({ id }, i) => {
      if (id === 'on_failure') this.add(`/steps/${i}/id`, 'is taken by the steps of on_failure')
    })
  }

  sequence(steps: unknown, frame: SequenceFrame): void {
    if (frame.level > MAX_LEVELS) return this.add(frame.pointer, `must not be more than ${MAX_LEVELS} levels deep`)
    listOf<StepInput>(steps).forEach((step, i) => this.#step(step, i, frame))
  }

  duration(value: unknown, pointer: string): void {
    if (typeof value === 'string' && WRITTEN.test(value) && durationOf(value) === null) {
      this.add(pointer, 'must be at most 366 days')
    }
  }

  #step(step: Sent<StepInput>, index: number, frame: SequenceFrame): void {
    this.steps++
    if (frame.path === '' && isPlainCall(step)) return
    const pointer = `${frame.pointer}/${index}`
    const id = idOf(step, index)
    const path = frame.path === '' ? id : `${frame.path}/${id}`
    this.#text(step.action, `${pointer}/action`)
    this.#text(step.id, `${pointer}/id`)
    if (frame.path !== '' && RESERVED.has(id)) this.add(`${pointer}/id`, `must not be ${id}: paths use it`)
    if (path.length > MAX_PATH) this.add(pointer, `must not have a path of more than ${MAX_PATH} characters`)
    if (step.action === undefined && step.steps === undefined) this.add(`${pointer}/action`, 'is required')
    const action = step.action === undefined ? 'FLOW.DO' : typeof step.action === 'string' ? actionOf(step.action) : ''
    if (action === 'FLOW.END' && frame.endless) this.add(`${pointer}/action`, 'must not stand here: the job is over')
    this.#shape(step, action, pointer)
    this.duration(step.timeout, `${pointer}/timeout`)
    this.#retry(step.retry, `${pointer}/retry`)
    this.#below(step, action, { ...frame, pointer, path })
  }

  #retry(retry: unknown, pointer: string): void {
    if (retry == null) return
    const rules = Array.isArray(retry) ? retry : [retry]
    listOf<RetryInput>(rules).forEach((rule, i) => {
      const at = Array.isArray(retry) ? `${pointer}/${i}` : pointer
      this.duration(rule.delay, `${at}/delay`)
      this.duration(rule.max_delay, `${at}/max_delay`)
    })
  }

  #text(text: unknown, pointer: string): void {
    if (typeof text !== 'string' || isClean(text)) return
    this.add(pointer, 'must not hold NUL or a lone surrogate')
  }

  /** What only some actions have. */
  #shape(step: Sent<StepInput>, action: string, pointer: string): void {
    const known = FLOW_ACTIONS.get(action)
    const shape: FlowShape = known?.shape ?? { timeout: 'may', retry: 'may' }
    const whose = known === undefined ? 'a block' : action
    for (const part of ['steps', 'branches', 'until', 'output'] as const) {
      const given = part in step && step[part] !== undefined
      if (given && shape[part] === undefined) this.add(`${pointer}/${part}`, `is not for ${whose}`)
      if (!given && shape[part] === 'must') this.add(`${pointer}/${part}`, `is required for ${whose}`)
    }
    for (const part of ['timeout', 'retry'] as const) {
      if (step[part] != null && shape[part] === undefined) this.add(`${pointer}/${part}`, `is not for ${whose}`)
    }
    if (shape.until === 'must' && step.until === null) this.add(`${pointer}/until`, `is required for ${whose}`)
    const parameters = isParsedObject(step.parameters) ? step.parameters : {}
    for (const { pointer: below, detail } of known?.mistakes?.(parameters) ?? []) {
      this.add(`${pointer}/parameters${below}`, detail)
    }
    if (step.retry != null && known?.hasOwnId?.(parameters) === true) {
      this.add(`${pointer}/retry`, 'is not for a job with an id: a second one would be refused')
    }
  }

  #below({ steps, branches, catch: caught, undo }: Sent<StepInput>, action: string, frame: SequenceFrame): void {
    const { pointer, path, level, endless } = frame
    const shape = FLOW_ACTIONS.get(action)?.shape
    if (steps !== undefined) {
      const meanwhile = shape?.steps === 'meanwhile'
      const part = meanwhile ? '/wait' : shape?.rounds === true ? '/0' : ''
      const below = { pointer: `${pointer}/steps`, path: `${path}${part}`, level: level + 1 }
      this.sequence(steps, { ...below, endless: endless || meanwhile })
    }
    listOf<BranchInput>(branches).forEach((branch, i, all) => {
      this.#branch(branch, i, all, action, { pointer: `${pointer}/branches/${i}`, path, level, endless })
    })
    const catches = caught === undefined ? [] : Array.isArray(caught) ? caught : [caught]
    listOf<CatchInput>(catches).forEach((one, i) => {
      const from = Array.isArray(caught) ? `${pointer}/catch/${i}` : `${pointer}/catch`
      this.sequence(one.steps ?? [], { pointer: `${from}/steps`, path: `${path}/catch`, level: level + 1, endless })
    })
    if (undo === undefined) return
    this.sequence(undo, { pointer: `${pointer}/undo`, path: `${path}/undo`, level: level + 1, endless: true })
  }

  #branch(
    branch: Sent<BranchInput>,
    index: number,
    all: readonly Sent<BranchInput>[],
    action: string,
    frame: SequenceFrame,
  ): void {
    const { pointer, path, level, endless } = frame
    const id = idOf(branch, index)
    const isTaken = all.slice(0, index).some((other, i) => idOf(other, i) === id)
    this.#text(branch.id, `${pointer}/id`)
    if (RESERVED.has(id) || id === '__proto__') this.add(`${pointer}/id`, `must not be ${id}`)
    if (isTaken) this.add(`${pointer}/id`, 'is the id of an earlier branch')
    if (action === 'FLOW.CHOOSE' && branch.if == null && index < all.length - 1) {
      this.add(`${pointer}/if`, 'is required: only the last branch may do without')
    }
    const steps = branch.steps ?? []
    this.sequence(steps, { pointer: `${pointer}/steps`, path: `${path}/${id}`, level: level + 1, endless })
  }
}
