import type { Entry } from '../../engine/run/entry.ts'
import type { WaitWrites } from '../waits/write.ts'
import type { FailedStep } from './newJob.ts'

/** What one run has to write: what happened since its last write, where it stands, and its end if it is over. */
export type RunWrite = {
  readonly tenant: string
  readonly id: string
  readonly fence: string
  /** Rows of the job's journal that the run knows of. */
  readonly rows: number
  /** The last seq that the run knows of. */
  readonly lastSeq: number
  readonly entries: readonly Entry[]
  /** The path of the step with effects that begins now, or that waits; null: none. */
  readonly currentStep: string | null
  /** The last failed step so far. */
  readonly failed: FailedStep | null
  /** What the run waits for, if it is to be suspended. */
  readonly suspend: Suspension | null
  readonly end: RunWriteEnd | null
  /** How long the job was run here since the last write, by the monotonic clock. */
  readonly ranMs: number
  /** Signals that these entries used up: their numbers. */
  readonly taken: readonly number[]
  /** Waits for people and events that began or ended with these entries; null: none did. */
  readonly waits: WaitWrites | null
}

/** A job of which nothing runs: it leaves its replica until a moment, or until something comes for it. */
export type Suspension = {
  /** Milliseconds since 1970, by the database's clock; null: only a signal wakes it. */
  readonly wakeAt: number | null
  /** What `current_step` waits for. */
  readonly kind: string
  /** Signals that the run knows of: one more keeps it running. */
  readonly signals: number
}

/** The end of a run. A job with a cancel takes no other end than `cancelled`. */
export type RunWriteEnd = {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly variables: string | null
  readonly output: string | null
  readonly outputOmitted: boolean
}
