import type { Caller } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/**
 * Lets the caller open one more stream of events; what this gives is disposed of when the stream is open, or is not to
 * be. Throws `too-many-requests` at the tenant's bound.
 */
export function admitStream({ streamBudget }: Pick<ServiceDeps, 'streamBudget'>, caller: Caller): Promise<Disposable> {
  return streamBudget.admit(caller.tenant, caller.limits.streams)
}
