/** Where a job is. `waiting`: all that it does is wait, and no replica has it. */
export const JOB_STATES = ['scheduled', 'queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const

/** Where a job stands: one of `JOB_STATES`. */
export type JobState = (typeof JOB_STATES)[number]
