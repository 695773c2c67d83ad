import type { RunLimits } from './runContext.ts'

/** What holds where an operator says nothing. */
export const DEFAULT_LIMITS: RunLimits = {
  valueBytes: 1048576,
  variablesBytes: 4194304,
  jobBytes: 16777216,
  stepTimeoutMs: 300_000,
  jobTimeoutMs: 3_600_000,
  stepRuns: 10_000,
}

/** How many records forced steps, undos and handlers may add once a job has all that it may have. */
export const MORE_RECORDS = 1000
