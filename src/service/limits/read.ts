import { readLimits as readStoredLimits } from '../../store/access/limits.ts'
import { completeLimits, type LimitsWire } from '../../wire/limits.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Caller, realmOf, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** What a tenant may use at most. Throws `not-found` for one that the caller may not manage. */
export async function readLimits(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  tenant: string,
): Promise<LimitsWire> {
  requireScope(caller, 'admin')
  const realm = realmOf(caller)
  if (realm !== null && realm !== tenant) throw new ProblemError('not-found', `there is no tenant ${tenant}`)
  return { tenant, ...completeLimits(await readStoredLimits(database, tenant)) }
}
