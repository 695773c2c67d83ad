import type { Database } from './client.ts'
import { statement } from './statement.ts'

/** A lease as the database sees it, with the database's time at which it said so. */
export type LeaseState = { readonly now: number; readonly expiresAt: number }

type LeaseRow = { now: number; expires_at: number }

const REGISTER = statement({
  name: 'register-replica',
  text: `
insert into replica (expires_at) values (clock_timestamp() + make_interval(secs => $1::float8))
returning id, clock_timestamp() as now, expires_at`,
})

/** Makes a replica with a fresh lease. */
export async function registerReplica(
  database: Database,
  leaseSeconds: number,
): Promise<{ id: number; lease: LeaseState }> {
  const [row] = await database.query<LeaseRow & { id: number }>(REGISTER, [leaseSeconds])
  if (row === undefined) throw new Error('the insert of a replica gave no row')
  return { id: row.id, lease: { now: row.now, expiresAt: row.expires_at } }
}

/**
 * One row, by primary key. A lease that has run out is renewed all the same: what was taken over meanwhile has other
 * fences, and what was not goes on, so an outage ends no run.
 */
const RENEW = statement({
  name: 'renew-replica',
  text: `
update replica set expires_at = clock_timestamp() + make_interval(secs => $2::float8)
where id = $1
returning clock_timestamp() as now, expires_at`,
})

/** Renews a lease; null: the replica was cleared away. */
export async function renewReplica(database: Database, id: number, leaseSeconds: number): Promise<LeaseState | null> {
  const [row] = await database.query<LeaseRow>(RENEW, [id, leaseSeconds])
  return row === undefined ? null : { now: row.now, expiresAt: row.expires_at }
}

/** By primary key. What it still owns is then rescued at the next sweep. */
const RETIRE = statement({ name: 'retire-replica', text: 'delete from replica where id = $1' })

/** Ends a lease at once, after a clean drain. */
export async function retireReplica(database: Database, id: number): Promise<void> {
  await database.query(RETIRE, [id])
}
