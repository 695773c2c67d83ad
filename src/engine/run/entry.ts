import type { FinalStatus } from '../status.ts'
import type { Json, JsonObject } from '../values/json.ts'

/**
 * One thing that happened in a run, once, in order: the run is the fold over its entries (`apply.ts`), and what is in no
 * entry did not happen. Moments are milliseconds since 1970.
 */
export type Entry = StepEntry | WaitEntry | MarkEntry

/**
 * Why a step ended as it did, where its status does not tell; of one whose failure was caught, why that failed. Recorded,
 * never read back from texts or times.
 */
export type Cause =
  /** The job was cancelled during this step. */
  | 'cancelled'
  /** The job's own time was up. */
  | 'job-timeout'
  /** The step's own time was up. */
  | 'step-timeout'
  /** The job lost its replica too often during this step. */
  | 'given-up'
  /** The database took everything but what this step gave. */
  | 'refused'
  /** The job has as many records as it may have. */
  | 'step-runs'
  /** FLOW.FAIL threw what was caught around it again, which something below had caused. */
  | 'thrown-again'

/** One attempt of a step that had more than one; `error` is null for one that went well. */
export type Attempt = { readonly startedAt: number; readonly finishedAt: number; readonly error: Json }

/** A step reached its final status. It is told: event `step.updated`. */
export type StepEntry = {
  readonly kind: 'step'
  /** Names the step within the job, rounds and branches in it. Not unique: steps with one id have one path. */
  readonly path: string
  /** Its place in its own sequence, from 1. */
  readonly position: number
  /** The place of the step as it is written, in document order, from 0. */
  readonly written: number
  readonly status: FinalStatus
  readonly cause: Cause | null
  /** Attempts that were made; 0: none. */
  readonly attempt: number
  /** The last ones, where there was more than one. */
  readonly attempts: readonly Attempt[] | null
  /** When its block was called, or what is below it began; null: it was not. */
  readonly startedAt: number | null
  readonly finishedAt: number
  readonly returnValue: Json
  /** `returnValue` as JSON text, made once: for its size, the store and the wire. */
  readonly json: string
  /** What failed first, where that was caught, or its catch failed. */
  readonly error: Json | null
  /** Its parameters as they were after tags, as JSON text; left out where they are not kept. */
  readonly resolved?: string
  /** Where this step may have changed them; let go of once it is recorded. */
  variables: VariablesText | null
  /** It changed the variables of this scope, and only what a later step left of them was written. */
  readonly superseded?: string
  /** It was taken over from another job. */
  readonly copied?: true
}

/** All variables of a scope as JSON text. `scope` is '' for the job's own, else the path of what has a copy. */
export type VariablesText = { readonly scope: string; readonly json: string }

/** A wait for a person or an event began. It is told: event `step.waiting`. */
export type WaitEntry = {
  readonly kind: 'waiting'
  readonly path: string
  /** The place of the step as it is written, in document order, from 0. */
  readonly written: number
  readonly at: number
  readonly wait: Wait
}

/**
 * A decision that a later entry depends on. It is not told, and means nothing once its path's step is over. Its path is
 * that of a step, or that of a round, a branch or a catch; '' for the job as a whole.
 */
export type MarkEntry = { readonly kind: 'mark'; readonly path: string; readonly at: number; readonly mark: Mark }

/** Marks are JSON, told apart by `kind`. */
export type Mark =
  /** A step with others below it, or a wait, began as its action decided; `until` is when its own time is up. */
  | { readonly kind: 'begun'; readonly decision: Json; readonly until: number | null }
  /** The value that the `output` of a round, a branch or a catch gave. */
  | { readonly kind: 'value'; readonly value: Json }
  /** What is below a step went well, but what it was to give could not be made; `inHand` as below, left out for none. */
  | { readonly kind: 'failed'; readonly failure: FailureText; readonly inHand?: readonly string[] }
  /** A round of a loop is over, and gave `last`; number `round` follows, once it is `until`. */
  | { readonly kind: 'round'; readonly round: number; readonly last: Json; readonly until: number | null }
  /** An attempt failed, and another one follows after `until`. `rule` is the place of the retry rule that says so. */
  | { readonly kind: 'attempt'; readonly rule: number; readonly attempt: Attempt; readonly until: number }
  /** A failure is held by a catch, from now on being run. */
  | { readonly kind: 'caught'; readonly handler: number; readonly failure: FailureText; readonly attempt: number }
  /** What is open below a step was stopped; `inHand` are the paths of the steps that were being called. */
  | { readonly kind: 'stopped'; readonly timeout: boolean; readonly inHand: readonly string[] }
  /** The message that a wait took: a signal, an answer, the end of a child job. What is `inHand` below it is let end. */
  | { readonly kind: 'taken'; readonly message: JobMessage; readonly inHand?: readonly string[] }
  /** FLOW.END: the job goes no further; `output` is the job's where it is given. */
  | { readonly kind: 'end'; readonly given: boolean; readonly output: Json; readonly inHand: readonly string[] }
  /** A run that goes on from a step of another begins here, with other variables in the scope of that path. */
  | { readonly kind: 'variables'; readonly variables: JsonObject }
  /** The job is cancelled; `inHand` as above, null where it is not known: then the next step on each path counts. */
  | { readonly kind: 'cancelled'; readonly begun: boolean; readonly inHand: readonly string[] | null }
  /** The job's own time is up. */
  | { readonly kind: 'timed-out' }

/** What failed, with what it was caused by. */
export type FailureText = {
  readonly status: FinalStatus
  readonly cause: Cause | null
  /** The path of the step that failed. */
  readonly step: string
  /** Where it is written, as in its entry. */
  readonly written: number
  /** The place of its record among what is told; 0: it has none. */
  readonly seq: number
  readonly attempts: number
  readonly error: Json
  readonly inner: FailureText | null
  readonly startedAt: number | null
}

/** What a step waits for; `until` is its end by the database's clock, null without one. */
export type Wait =
  | { readonly kind: 'sleep' | 'retry' | 'every'; readonly since: number; readonly until: number }
  | { readonly kind: 'signal'; readonly since: number; readonly until: number | null; readonly name: string }
  | {
      readonly kind: 'ask'
      readonly since: number
      readonly until: number | null
      readonly title: string | null
      readonly text: string | null
      readonly form: Json
      readonly to: string | null
    }
  | { readonly kind: 'job'; readonly since: number; readonly until: number | null; readonly id: string }

/** What comes to a job from outside. `number` counts the job's messages, so that each is taken once. */
export type JobMessage =
  | { readonly kind: 'signal'; readonly number: number; readonly name: string; readonly body: Json }
  /** `path` is that of the step that asked. */
  | {
      readonly kind: 'answer'
      readonly number: number
      readonly path: string
      readonly value: Json
      readonly by: string
      readonly at: number
    }
  | {
      readonly kind: 'child'
      readonly number: number
      readonly id: string
      readonly success: boolean
      readonly output: Json
      readonly error: Json
      /** A dry run's: the step fails with this error itself. */
      readonly mocked?: true
    }
