import { setLimits as setStoredLimits } from '../../store/access/limits.ts'
import { type Limits, type LimitsWire, parseLimits } from '../../wire/limits.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** What is left out of `input` has no bound. */
export type SetLimitsRequest = {
  readonly tenant: string
  readonly input: unknown
  /** The bounds that they must still be; null: whatever they are. */
  readonly known?: Limits | null
}

/**
 * Replaces all bounds of a tenant, within 5 s on every replica. Only for the operator: others get `forbidden`. Throws
 * `precondition-failed` where they are no longer those that its caller knows.
 */
export async function setLimits(
  { database, limits }: Pick<ServiceDeps, 'database' | 'limits'>,
  caller: Caller,
  { tenant, input, known = null }: SetLimitsRequest,
): Promise<LimitsWire> {
  requireScope(caller, 'admin')
  if (realmOf(caller) !== null) {
    throw new ProblemError('forbidden', 'only an admin of the tenant default sets limits')
  }
  const given = parseLimits(input)
  if (!(await setStoredLimits(database, tenant, given, actorOf(caller), known))) {
    throw new ProblemError('precondition-failed', 'the limits were changed by somebody else meanwhile')
  }
  limits.set(tenant, given)
  return { tenant, ...given }
}
