import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A job whose row another session has locked; `pid` names that one where it can be told. */
export type LockedJob = { readonly tenant: string; readonly id: string; readonly pid: number | null }

/**
 * Of some jobs those that could not be locked now. Plan: by primary key; of the server's locks all are looked at, once.
 * Locks: SKIP LOCKED, given back at once. Who locked a row stands in its `xmax`, where it is one session alone.
 */
const LOCKED = statement({
  name: 'locked',
  text: `
with given as (
  select * from unnest($1::text[], $2::text[]) as t(id, tenant)
), free as materialized (
  select j.id, j.tenant from given g join job j on j.id = g.id and j.tenant = g.tenant
  order by j.id, j.tenant
  for no key update of j skip locked
)
select j.id, j.tenant, l.pid
from given g join job j on j.id = g.id and j.tenant = g.tenant
left join free f on f.id = g.id and f.tenant = g.tenant
left join pg_locks l on l.locktype = 'transactionid' and l.granted and l.transactionid = j.xmax
where f.id is null`,
})

/** Fails where the whole table is locked. */
export function lockedAmong(
  database: Database,
  jobs: readonly { readonly tenant: string; readonly id: string }[],
): Promise<LockedJob[]> {
  return database.query<LockedJob>(LOCKED, [jobs.map(({ id }) => id), jobs.map(({ tenant }) => tenant)])
}
