import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Database } from './client.ts'
import type { JobHold } from './jobs/owned.ts'
import { statement } from './statement.ts'

/** A lease as the database sees it, with the database's time at which it said so. */
export type LeaseRow = {
  readonly now: number
  /**
   * How often it had run out before it was renewed, each time so far: what hung on it may have been taken over meanwhile.
   * A count, since a renewal must tell what the one before it found: that one's answer may be lost, or be heard later.
   */
  readonly lapses: number
}

/**
 * Who a process is among the replicas. By `holder` its jobs name it, by `id` its messages; `identity` is a random number
 * that nobody else has: an id may come a second time, where a database was restored from a backup under running replicas.
 */
export type Replica = { readonly id: number; readonly holder: string; readonly identity: string }

/** Ids are drawn far above those that a sequence gave to versions before. */
const LEAST_ID = 2 ** 24
const MOST_ID = 2 ** 31 - 1

const REGISTER = statement({
  name: 'register-replica',
  text: `
insert into replica (id, identity, expires_at, lapses, holder) overriding system value
values ($3::int, $4::uuid, clock_timestamp() + make_interval(secs => $1::float8), $2::int, $5::bigint)
on conflict (id) do nothing
returning clock_timestamp() as now`,
})

/** Makes a replica with a fresh lease. @param lapses those of the process's leases before */
export async function registerReplica(
  database: Database,
  leaseSeconds: number,
  lapses = 0,
): Promise<Replica & { readonly lease: LeaseRow }> {
  for (;;) {
    const id = randomInt(LEAST_ID, MOST_ID)
    const holder = randomBytes(8).readBigInt64BE().toString()
    const identity = randomUUID()
    const [row] = await database.query<{ now: number }>(REGISTER, [leaseSeconds, lapses, id, identity, holder])
    if (row !== undefined) return { id, holder, identity, lease: { now: row.now, lapses } }
  }
}

/** The lease of the replica in `was` begins anew; whether it had run out is counted. */
const LEASED_ANEW = `update replica r set
  expires_at = clock_timestamp() + make_interval(secs => $2::float8),
  lapses = r.lapses + (was.expires_at <= clock_timestamp())::int
from was
where r.id = was.id
returning clock_timestamp() as now, r.lapses`

/**
 * One row, by primary key, locked before it is judged. A lease that has run out is renewed all the same: what was taken
 * over meanwhile has other fences, and what was not goes on, so an outage ends no run.
 */
const RENEW = statement({
  name: 'renew-replica',
  text: `
with was as materialized (
  select id, expires_at from replica where id = $1 and identity = $3::uuid for no key update
)
${LEASED_ANEW}`,
})

/** Renews a lease; null: the replica was cleared away, or its id is another's by now. */
export async function renewReplica(
  database: Database,
  { id, identity }: Replica,
  leaseSeconds: number,
): Promise<LeaseRow | null> {
  const [row] = await database.query<LeaseRow>(RENEW, [id, leaseSeconds, identity])
  return row ?? null
}

/**
 * Renews a lease on condition that a job is still held: the job's row is locked where id, holder and fence agree, and
 * the renewal joins it. A rescue that comes first makes this find nothing; one that comes later finds the lease renewed.
 * Only to ask, and then to go on, would leave a gap in between. Plan: by primary keys. Locks: the job, then the replica.
 */
const RENEW_HOLDING = statement({
  name: 'renew-holding',
  text: `
with held as materialized (
  select holder from job
  where id = $3 and tenant = $4 and fence = $5::bigint and holder = $1::bigint and finished_at is null
  for no key update
), was as materialized (
  select r.id, r.expires_at from replica r join held on held.holder = r.holder
  where r.identity = $6::uuid
  for no key update of r
)
${LEASED_ANEW}`,
})

/** Renews a lease if the job is still held; null: it is not. */
export async function renewHolding(
  database: Database,
  replica: Replica,
  leaseSeconds: number,
  { tenant, id, fence }: JobHold,
): Promise<LeaseRow | null> {
  const [row] = await database.query<LeaseRow>(RENEW_HOLDING, [
    replica.holder,
    leaseSeconds,
    id,
    tenant,
    fence,
    replica.identity,
  ])
  return row ?? null
}

/** By primary key. What it still owns is then rescued at the next sweep. */
const RETIRE = statement({ name: 'retire-replica', text: 'delete from replica where id = $1 and identity = $2::uuid' })

/** Ends a lease at once, after a clean drain. */
export async function retireReplica(database: Database, { id, identity }: Replica): Promise<void> {
  await database.query(RETIRE, [id, identity])
}
