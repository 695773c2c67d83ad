import { readLimits as readStoredLimits } from '../../store/access/limits.ts'
import { measureStored } from '../../store/access/storedBytes.ts'
import { readUsed } from '../../store/access/used.ts'
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
  const limits = completeLimits(await readStoredLimits(database, tenant))
  // What is stored is dear to measure: only where somebody wants it bounded.
  const stored = limits.stored_bytes === null ? null : await measureStored(database, tenant)
  const counted = await readUsed(database, tenant)
  const used = { requests_per_second: null, ...counted, definition_tests: null, stored_bytes: stored }
  return { tenant, ...limits, used }
}
