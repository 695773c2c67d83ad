import type { Telemetry } from '../telemetry.ts'
import type { JobWire, StepWire } from '../wire/job.ts'
import { jobToWire, stepToWire } from '../wire/jobView.ts'
import { type ActiveRun, viewOf } from './activeRun.ts'
import type { RunExit } from './runner.ts'

/** Called after each step, skipped ones included, in order. */
export type OnStepUpdate = (job: JobWire, step: StepWire) => void | Promise<void>

/** Called once, at the end, with the last step that failed or null. */
export type OnJobFinish = (job: JobWire, failedStep: StepWire | null) => void | Promise<void>

export type HookSet = {
  readonly onStepUpdate?: OnStepUpdate | undefined
  readonly onJobFinish?: OnJobFinish | undefined
}

type Telling = { told: number; queue: Promise<void> }

/**
 * Calls the embedder's hooks: after the commit of what they tell, by the replica that ran the step, in order, at most
 * once. They hold up neither the job nor those who wait for it; one that throws is told of and changes nothing.
 */
export class Hooks {
  readonly #hooks: HookSet
  readonly #telemetry: Telemetry
  readonly #telling = new WeakMap<ActiveRun, Telling>()

  constructor(hooks: HookSet, telemetry: Telemetry) {
    this.#hooks = hooks
    this.#telemetry = telemetry
  }

  /** Tells of what was committed since the last time, and of the end. */
  tell(active: ActiveRun, exit: RunExit | null = null): void {
    const { onStepUpdate, onJobFinish } = this.#hooks
    if (onStepUpdate === undefined && onJobFinish === undefined) return
    const telling = this.#telling.get(active) ?? { told: active.recordedBefore, queue: Promise.resolve() }
    this.#telling.set(active, telling)
    const running = jobToWire(viewOf(active, null))
    for (const outcome of active.outcomes.slice(telling.told, active.recorded)) {
      const definition = active.plan.definition.steps[outcome.position - 1]
      if (definition === undefined || onStepUpdate === undefined) continue
      const step = stepToWire(definition, outcome)
      telling.queue = telling.queue.then(() => this.#call('onStepUpdate', () => onStepUpdate(running, step)))
    }
    telling.told = active.recorded
    if (exit?.kind === 'over' && onJobFinish !== undefined) {
      const job = jobToWire(viewOf(active, exit))
      const failed = this.#failedStep(active, exit.end.failedPosition)
      telling.queue = telling.queue.then(() => this.#call('onJobFinish', () => onJobFinish(job, failed)))
    }
  }

  #failedStep({ plan, outcomes }: ActiveRun, position: number | null): StepWire | null {
    const definition = position === null ? undefined : plan.definition.steps[position - 1]
    return definition === undefined
      ? null
      : stepToWire(
          definition,
          outcomes.find((o) => o.position === position),
        )
  }

  async #call(hook: string, call: () => void | Promise<void>): Promise<void> {
    try {
      await call()
    } catch (error) {
      this.#telemetry.emit('hookFailed', { hook, error })
    }
  }
}
