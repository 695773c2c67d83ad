import type { BlockJob, BlockLog, Progress } from '../block.ts'
import type { SecretInputs } from '../secrets/inputs.ts'
import type { RecordParameters } from './resolved.ts'

/** What time it is, and what can be waited for. Passed in, so that the engine has no clock of its own. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds of a clock that only goes forwards, from any beginning. */
  monotonic(): number
  /** Calls back after some milliseconds; gives a function that prevents it. */
  after(milliseconds: number, callback: () => void): () => void
}

/** Upper bounds on what one job may hold and how long it may run. */
export type RunLimits = {
  readonly valueBytes: number
  readonly variablesBytes: number
  readonly jobBytes: number
  readonly stepTimeoutMs: number
  /** Of the time in which the job is run; waits don't count. */
  readonly jobTimeoutMs: number
  /** How many records one job may have. */
  readonly stepRuns: number
}

/** Everything a run needs from outside. */
export type RunContext = {
  readonly job: BlockJob
  /** When the job was accepted, in milliseconds since 1970. */
  readonly createdAt: number
  /** The moment that was asked for when it was posted; null: none. */
  readonly scheduledFor?: number | null
  readonly clock: Clock
  readonly limits: RunLimits
  /** The job's local values, where some are secret; left out, or null: none is. */
  readonly inputs?: SecretInputs | null
  readonly globals: Readonly<Record<string, unknown>>
  readonly log: BlockLog
  /** The link that is good for the wait of one step alone; left out, or null: there are no links. */
  readonly waitUrl?: (path: string) => string | null
  /** A block says how far its step is. Left out: nobody wants to know. */
  readonly onProgress?: (path: string, progress: Progress) => void
  /** Of which steps the parameters are kept as they were after tags; left out: of those that failed. */
  readonly recordParameters?: RecordParameters
  /** Between 0 and 1, for what is to differ between jobs that fail at one moment. */
  readonly random: () => number
  readonly idempotencyKey: (path: string, position: number) => string
  /** Calls a block so that whatever it throws beside its answer comes back through `blame`. Left out: it is called as it is. */
  readonly watch?: <T>(blame: (error: unknown) => boolean, call: () => T) => T
}
