import type { BlockJob, BlockLog } from '../block.ts'
import type { StepAborted } from '../errors.ts'
import type { Json, JsonObject } from '../values/json.ts'
import type { Plan } from '../plan/plan.ts'
import type { FinalStatus, StatusName } from '../status.ts'

/** How one step ended. */
export type StepOutcome = {
  readonly position: number
  readonly status: FinalStatus
  /** When its block was called, in milliseconds since 1970; null: it was not. */
  readonly startedAt: number | null
  readonly finishedAt: number
  readonly returnValue: Json
  /** `returnValue` as JSON text, made once: for its size, the store and the wire. */
  readonly json: string
  /** All variables as JSON text where this step may have changed them, else null; let go of once it is recorded. */
  variables: string | null
}

/** What time it is, and what can be waited for. Passed in, so that the engine has no clock of its own. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back after some milliseconds; gives a function that prevents it. */
  after(milliseconds: number, callback: () => void): () => void
}

/** Upper bounds on what one job may hold and how long it may run. */
export type Limits = {
  readonly valueBytes: number
  readonly variablesBytes: number
  readonly jobBytes: number
  readonly stepTimeoutMs: number
  readonly jobTimeoutMs: number
}

/** What a run goes on from, for a job that was begun before. */
export type Resume = {
  readonly outcomes: readonly StepOutcome[]
  /** The variables after the last recorded step, as JSON text; null: as in the definition. */
  readonly variables: string | null
  /**
   * The job is cancelled. `before-start`: it never began, so nothing runs. `during-step`: a replica died, so the first step
   * without a record counts as the one that was being called. `between-steps`: no step was being called.
   */
  readonly cancelled: 'before-start' | 'during-step' | 'between-steps' | null
  /** The job lost its replica so often that its first step without a record is given up. */
  readonly givenUp: boolean
}

/** Everything a run needs from outside. */
export type RunContext = {
  readonly job: BlockJob
  /** When the job was accepted, in milliseconds since 1970. */
  readonly createdAt: number
  readonly clock: Clock
  readonly limits: Limits
  readonly globals: Readonly<Record<string, unknown>>
  readonly log: BlockLog
  readonly idempotencyKey: (position: number) => string
}

/** What is known of a step while its job runs. */
export type StepResult = { readonly status: StatusName; readonly returnValue: Json }

/** One job being run. Made by `run.ts`; the files of the engine pass it on and change it. */
export type RunState = {
  readonly plan: Plan
  readonly context: RunContext
  readonly startedAt: number
  readonly results: StepResult[]
  /** The index of the first step without an outcome. */
  next: number
  /** When the attempt of that step began, once it was asked for: `now` in its expressions. */
  attemptAt: number | null
  /** That step was announced as one with effects. */
  announced: boolean
  variables: JsonObject
  /** The variables were changed before this run took the job up. */
  readonly inherited: boolean
  /** `variables` as they were after the last step, as JSON text. */
  variablesText: string
  variablesBytes: number
  /** Bytes of all return values so far. */
  resultBytes: number
  success: boolean | null
  failed: boolean
  failedPosition: number | null
  cancelled: Resume['cancelled']
  givenUp: boolean
  timedOut: boolean
  /** Stops the run between two steps, or the step in hand; the first reason wins. */
  stop: StepAborted | null
  /** Aborts the step whose block is being called. */
  abort: ((reason: StepAborted) => void) | null
}
