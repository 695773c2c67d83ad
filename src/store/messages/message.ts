/** Names one message, and whom it goes to. */
export type MessageKey = {
  readonly tenant: string
  readonly jobId: string
  readonly seq: number
  /** A webhook's id, or cb_… for a job's own callback. */
  readonly endpoint: string
}

/** Whether messages to it go to a job's own callback. */
export function isCallback(endpoint: string): boolean {
  return endpoint.startsWith('cb_')
}

/**
 * Where a message stands. `ready`: to be sent as soon as somebody takes it. `waiting`: an attempt failed, the next one is
 * due later. `sending`: a replica makes an attempt. `held`: its webhook is switched off. The last two are final, but for
 * a redelivery.
 */
export type MessageState = 'ready' | 'waiting' | 'sending' | 'held' | 'delivered' | 'failed'

/** A test tells of no job: for a job it has this and its own id, and no job's id begins so. */
export const NO_JOB = '~'
