import type { BlockContext, BlockJob, BlockLog, BlockStep } from '../block.ts'
import type { StepAborted } from '../errors.ts'
import type { JsonObject } from '../values/json.ts'
import type { RunState } from './state.ts'

/**
 * What one call of a block gets. Most blocks use little of it, so everything that costs something is made when it is
 * asked for. It keeps the variables it began with: a block that was left behind goes on changing those, not the job's.
 */
export class StepContext implements BlockContext {
  readonly #run: RunState
  readonly #index: number
  readonly #variables: JsonObject
  #controller: AbortController | undefined
  #step: BlockStep | undefined
  /** Whether the block asked for the variables, so that they may have changed. */
  touchedVariables = false

  constructor(run: RunState, index: number) {
    this.#run = run
    this.#index = index
    this.#variables = run.variables
  }

  get globals(): Readonly<Record<string, unknown>> {
    return this.#run.context.globals
  }

  get variables(): JsonObject {
    this.touchedVariables = true
    return this.#variables
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  get log(): BlockLog {
    return this.#run.context.log
  }

  get job(): BlockJob {
    return this.#run.context.job
  }

  get step(): BlockStep {
    this.#step ??= this.#describe()
    return this.#step
  }

  /** Tells the block to stop. A signal that is asked for only afterwards is aborted from the start. */
  abort(reason: StepAborted): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }

  #describe(): BlockStep {
    const { plan, context } = this.#run
    const { id, position, action } = (plan.steps[this.#index] as RunState['plan']['steps'][number]).definition
    return { id, position, action, idempotencyKey: context.idempotencyKey(position) }
  }
}
