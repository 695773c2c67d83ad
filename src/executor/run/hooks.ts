import { writtenSteps } from '../../engine/plan/written.ts'
import type { StepEntry } from '../../engine/run/entry.ts'
import { isFailure } from '../../engine/status.ts'
import { jobKey } from '../../store/jobs/jobKey.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { JobWire, StepWire } from '../../wire/job.ts'
import { jobToWire, stepToWire } from '../../wire/jobView.ts'
import { type ActiveRun, viewOf } from './activeRun.ts'
import type { RunExit } from './runner.ts'

/** Called after each step, skipped ones included, in order. */
export type OnStepUpdate = (job: JobWire, step: StepWire) => void | Promise<void>

/** Called once, at the end, with the last step that failed or null. */
export type OnJobFinish = (job: JobWire, failedStep: StepWire | null) => void | Promise<void>

/** The program's own hooks; both may be left out. */
export type HookSet = {
  readonly onStepUpdate?: OnStepUpdate | undefined
  readonly onJobFinish?: OnJobFinish | undefined
}

/**
 * Calls the embedder's hooks: after the commit of what they tell, by the replica that ran the step, in order, at most
 * once. They hold up neither the job nor those who wait for it; one that throws is told of and changes nothing.
 */
export class Hooks {
  readonly #hooks: HookSet
  readonly #telemetry: Telemetry
  /** The steps of a run that failed, by their paths. */
  readonly #failed = new WeakMap<ActiveRun, Map<string, StepEntry>>()
  /** The last call that is still to be made for a job: one that is queued and taken up again keeps its order. */
  readonly #last = new Map<string, Promise<void>>()

  constructor(hooks: HookSet, telemetry: Telemetry) {
    this.#hooks = hooks
    this.#telemetry = telemetry
  }

  /** Nobody wants to be told. */
  get none(): boolean {
    const { onStepUpdate, onJobFinish } = this.#hooks
    return onStepUpdate === undefined && onJobFinish === undefined
  }

  /** Tells of what was committed since the last time, and of the end. */
  call(active: ActiveRun, exit: RunExit | null = null): void {
    const { onStepUpdate, onJobFinish } = this.#hooks
    if (this.none) return
    const running = jobToWire(viewOf(active, null))
    for (const entry of active.untold.splice(0)) {
      if (isFailure(entry.status)) this.#noteFailure(active, entry)
      const step = stepOf(active, entry)
      if (step !== null && onStepUpdate !== undefined)
        this.#call(active, 'onStepUpdate', () => onStepUpdate(running, step))
    }
    if (exit?.kind === 'over' && onJobFinish !== undefined) {
      const job = jobToWire(viewOf(active, exit))
      const failed = this.#failedStep(active, exit.end.failedStep)
      this.#call(active, 'onJobFinish', () => onJobFinish(job, failed))
    }
  }

  #noteFailure(active: ActiveRun, entry: StepEntry): void {
    const failed = this.#failed.get(active) ?? new Map<string, StepEntry>()
    this.#failed.set(active, failed.set(entry.path, entry))
  }

  #failedStep(active: ActiveRun, path: string | null): StepWire | null {
    const failed = path === null ? undefined : this.#failed.get(active)?.get(path)
    return failed === undefined ? null : stepOf(active, failed)
  }

  /** Calls a hook when those before it have returned. */
  #call(active: ActiveRun, hook: string, call: () => void | Promise<void>): void {
    const key = jobKey(active)
    const before = this.#last.get(key) ?? Promise.resolve()
    const made = before
      .then(call)
      .catch((error: unknown) => {
        this.#telemetry.emit('hookFailed', { hook, error })
      })
      .finally(() => {
        if (this.#last.get(key) === made) this.#last.delete(key)
      })
    this.#last.set(key, made)
  }
}

function stepOf({ plan }: ActiveRun, entry: StepEntry): StepWire | null {
  const written = writtenSteps(plan.definition)[entry.written]
  return written === undefined ? null : stepToWire(written, entry)
}
