import { FINAL_STATES } from '../../wire/job.ts'
import type { Caller } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { readJobVersion } from './read.ts'

/** The longest that anybody may wait for an answer. */
export const MAX_WAIT_SECONDS = 60

/** For how long, at most 60 s, and until when: the signal aborts when nobody waits any more. */
export type WaitRequest = { readonly seconds: number; readonly signal?: AbortSignal | undefined }

/**
 * Resolves when the job is over, when the time is up, when the signal aborts, or when the service drains: the caller then
 * looks how it stands. Throws `not-found`.
 */
export async function waitForJob(
  deps: Pick<ServiceDeps, 'database' | 'feed'>,
  caller: Caller,
  { id, ...wait }: WaitRequest & { readonly id: string },
): Promise<void> {
  const { state } = await readJobVersion(deps, caller, id)
  if (!FINAL_STATES.has(state)) await waitForEnd(deps, caller, id, wait)
}

/** The same for a job that was not over a moment ago. */
export function waitForEnd(
  { feed }: Pick<ServiceDeps, 'feed'>,
  { tenant }: Caller,
  id: string,
  { seconds, signal }: WaitRequest,
): Promise<void> {
  return feed.waitForEnd({ tenant, id }, Math.min(seconds, MAX_WAIT_SECONDS) * 1000, signal)
}
