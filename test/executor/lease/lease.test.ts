import { expect, test } from 'vitest'
import { LeaseState, now } from '../../../src/executor/lease/leaseState.ts'
import { type Database, openDatabase } from '../../../src/store/client.ts'
import { readJob } from '../../../src/store/jobs/read.ts'
import type { Judge } from '../../../src/store/judge.ts'
import { rescueOldJobs } from '../../../src/store/jobs/oldForm.ts'
import { rescueJobs } from '../../../src/store/jobs/rescue.ts'
import { type Replica, registerReplica, renewHolding, renewReplica } from '../../../src/store/replica.ts'
import { createTestDatabase } from '../../support/database.ts'

type Opened = AsyncDisposable & { readonly database: Database }

async function open(): Promise<Opened> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const database = openDatabase({ connectionString: url })
  stack.defer(() => database.close())
  // As if the server had been up for long: nobody is judged in the first lease after its start.
  await database.pool.query(RUNNING)
  const opened = stack.move()
  return { database, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

const RUNNING = `
insert into job (id, tenant, state, due_at, journal_rows, fence, started_at, nonce, definition)
values ('job', 'default', 'running', now(), 0, 7, now(), gen_random_uuid(), '{"steps":[]}')`

const LEASE_SECONDS = 0.001
const HELD = { tenant: 'default', id: 'job', fence: '7' }
const own = (database: Database, holder: string) =>
  database.pool.query('update job set holder = $1, due_at = null, fence = 7', [holder])

test('a lease that was renewed while a rescue looked at it is not judged by what it was before', async () => {
  await using opened = await open()
  const { database } = opened
  const frozen = await registerReplica(database, LEASE_SECONDS)
  const other = await registerReplica(database, 60)
  await own(database, frozen.holder)
  const renewal = await database.pool.connect()
  try {
    await renewal.query('begin')
    await renewal.query(`update replica set expires_at = clock_timestamp() + interval '1 hour' where id = ${frozen.id}`)
    expect(await rescueJobs(database, LEASE_SECONDS, judge(other))).toEqual([])
    await renewal.query('commit')
  } finally {
    renewal.release()
  }
  expect(await rescueJobs(database, LEASE_SECONDS, judge(other))).toEqual([])
})

test('the hold of a job is proved and the lease renewed together; after a takeover neither is', async () => {
  await using opened = await open()
  const { database } = opened
  const frozen = await registerReplica(database, LEASE_SECONDS)
  const other = await registerReplica(database, 60)
  await own(database, frozen.holder)
  expect(await renewHolding(database, frozen, LEASE_SECONDS, HELD)).toMatchObject({ lapses: 1 })
  expect(await rescueJobs(database, LEASE_SECONDS, judge(other))).toMatchObject([{ id: 'job', takeovers: 1 }])
  expect((await readJob(database, 'default', 'job'))?.takeovers).toBe(1)
  expect(await renewHolding(database, frozen, 60, HELD)).toBeNull()
  expect(await renewReplica(database, frozen, 60)).toMatchObject({ lapses: 2 })
})

test('of two renewals after a lapse both tell of it: which is heard first decides nothing', async () => {
  await using opened = await open()
  const { database } = opened
  const frozen = await registerReplica(database, LEASE_SECONDS)
  await own(database, frozen.holder)
  const state = new LeaseState()
  // The thread that runs jobs proves the hold of one, and hears of it late; the other thread has renewed meanwhile.
  expect(await renewHolding(database, frozen, 60, HELD)).toMatchObject({ lapses: 1 })
  const sent = now()
  const renewed = await renewReplica(database, frozen, 60)
  state.renewed(sent, 60_000, renewed?.lapses ?? 0)
  expect([state.lapses, state.left > 30_000]).toEqual([1, true])
  const next = await registerReplica(database, 60, state.lapses)
  expect(await renewReplica(database, next, 60)).toMatchObject({ lapses: 1 })
})

test('in the first lease after the database’s own start nobody is judged: nobody could renew', async () => {
  await using opened = await open()
  const { database } = opened
  const dead = await registerReplica(database, LEASE_SECONDS)
  const other = await registerReplica(database, 60)
  await own(database, dead.holder)
  const { rows } = await database.pool.query<{ seconds: number }>(UP)
  expect(await rescueJobs(database, (rows[0]?.seconds ?? 0) + 60, judge(other))).toEqual([])
  expect(await rescueJobs(database, LEASE_SECONDS, judge(other))).toMatchObject([{ id: 'job' }])
  await own(database, '999') // no replica at all
  expect(await rescueJobs(database, (rows[0]?.seconds ?? 0) + 60, judge(other))).toEqual([])
})

test('who was cut off itself judges nobody, also by a statement that it asked for before it knew', async () => {
  await using opened = await open()
  const { database } = opened
  const dead = await registerReplica(database, LEASE_SECONDS)
  const back = await registerReplica(database, LEASE_SECONDS)
  await own(database, dead.holder)
  // Its lease has run out, and it has not heard of that.
  expect(await rescueJobs(database, LEASE_SECONDS, judge(back))).toEqual([])
  // It is renewed before the statement that it asked for has a connection.
  expect(await renewReplica(database, back, 60)).toMatchObject({ lapses: 1 })
  expect(await rescueJobs(database, LEASE_SECONDS, judge(back))).toEqual([])
  expect(await rescueOldJobs(database, LEASE_SECONDS, judge(back))).toEqual([])
  // It asks again, and the lease has held for its own length by then.
  expect(await rescueJobs(database, LEASE_SECONDS, judge(back, 1))).toMatchObject([{ id: 'job' }])
})

const judge = ({ holder }: Replica, lapses = 0): Judge => ({ holder, lapses })

const UP = 'select extract(epoch from clock_timestamp() - pg_postmaster_start_time())::float8 as seconds'

test('jobs of a replica whose row is gone are found, and rows that are long dead go', async () => {
  await using opened = await open()
  const { database } = opened
  const asks = await registerReplica(database, 60)
  await own(database, '999')
  await database.pool.query(`insert into replica (expires_at, holder) values (now() - interval '2 hours', 1)`)
  expect(await rescueJobs(database, LEASE_SECONDS, judge(asks))).toMatchObject([{ id: 'job' }])
  expect((await database.pool.query('select id from replica')).rows).toEqual([{ id: asks.id }])
})

test('what is known of a lease: its end counts from before the renewal was sent, and a lapse is not forgotten', () => {
  const state = new LeaseState()
  const elsewhere = new LeaseState(state.memory)
  state.renewed({ monotonic: now().monotonic - 60_000_000_000n, wall: now().wall }, 90_000, 0)
  expect(elsewhere.left).toBeLessThanOrEqual(30_000)
  expect([elsewhere.lapses, elsewhere.sinceLapse > 1000]).toEqual([0, true])
  elsewhere.renewed(now(), 90_000, 1)
  expect([state.lapses, state.left > 80_000, state.sinceLapse < 60_000]).toEqual([1, true, true])
  // The monotonic clock stands still while a machine sleeps: the wall clock tells.
  state.renewed({ monotonic: now().monotonic, wall: now().wall - 3_600_000_000_000n }, 90_000, 0)
  expect([state.lapses, state.left < 0]).toEqual([1, true])
})
