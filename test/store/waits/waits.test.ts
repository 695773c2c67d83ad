import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../src/store/client.ts'
import { cancelJob } from '../../../src/store/jobs/cancel.ts'
import { claimJobs } from '../../../src/store/jobs/claim.ts'
import { type RecordResult, recordRuns } from '../../../src/store/jobs/record.ts'
import { registerReplica } from '../../../src/store/replica.ts'
import { readSignals, sendSignal } from '../../../src/store/waits/signal.ts'
import { countWaiting, wakeDueJobs } from '../../../src/store/waits/wake.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

// Waiting is a place: who leaves a job there, who takes it out, and what is never lost between the two.

const TENANT = 'default'
let test_: TestDatabase
let database: Database
let holder: string

beforeAll(async () => {
  test_ = await createTestDatabase()
  database = openDatabase({ connectionString: test_.url })
  holder = (await registerReplica(database, 600)).holder
})

afterAll(async () => {
  await database.close()
  await test_[Symbol.asyncDispose]()
})

const QUEUED = `
insert into job (id, tenant, state, due_at, journal_rows, nonce, definition)
values ($1, $2, 'queued', now(), 0, gen_random_uuid(), '{"steps":[]}')`

async function claimed(id: string, tenant = TENANT) {
  await database.pool.query(QUEUED, [id, tenant])
  const { jobs } = await claimJobs(database, {
    holder,
    count: 1,
    afterTenant: '',
    declined: [],
    takeoversBelow: 99,
    share: 1,
    taken: new Map(),
  })
  const [job] = jobs
  if (job?.id !== id) throw new Error('another job was claimed')
  return job
}

type Claimed = Awaited<ReturnType<typeof claimed>>

async function suspend({ tenant, id, fence, signals }: Claimed, wakeAt: number | null): Promise<RecordResult> {
  const run = { tenant, id, fence, rows: 0, lastSeq: 0, entries: [], currentStep: 'wait', failed: null, end: null }
  const [result] = await recordRuns(database, [
    { ...run, ranMs: 5, taken: [], waits: null, suspend: { wakeAt, kind: 'sleep', signals } },
  ])
  if (result === undefined) throw new Error('a write has no result')
  return result
}

async function stateOf(id: string): Promise<object> {
  const { rows } = await database.pool.query(
    `select state, holder is not null as held, due_at is not null as due, wait_kind, current_step, ran_ms::int from job where id = $1`,
    [id],
  )
  return rows[0]
}

test('a suspended job is nobody’s and in no queue; a signal brings it back, and is kept until a step takes it', async () => {
  const job = await claimed('signalled')
  expect(await suspend(job, null)).toMatchObject({ kind: 'recorded', suspended: true })
  expect(await stateOf(job.id)).toEqual({
    ...{ state: 'waiting', held: false, due: false, wait_kind: 'sleep', current_step: 'wait', ran_ms: 5 },
  })
  expect(await countWaiting(database)).toEqual([{ kind: 'sleep', jobs: 1 }])
  expect(await wakeDueJobs(database, 10, 10)).toEqual({ jobs: 0, nextInMs: null })
  const signal = { tenant: TENANT, id: job.id, kind: 'signal', name: 'paid', body: '{"sum":1}' } as const
  expect(await sendSignal(database, signal, 2)).toEqual({ kind: 'sent', number: 1, pending: 1, held: false })
  expect(await stateOf(job.id)).toMatchObject({ state: 'running', held: false, due: true, current_step: null })
  expect(await suspend(job, null)).toEqual({ kind: 'lost' }) // its hold ended with the suspension
  const { jobs } = await claimJobs(database, {
    holder,
    count: 1,
    afterTenant: '',
    declined: [],
    takeoversBelow: 99,
    share: 1,
    taken: new Map(),
  })
  expect(jobs).toMatchObject([{ id: job.id, signals: 1, ranMs: 5 }])
  expect(await readSignals(database, job)).toEqual([{ number: 1, kind: 'signal', name: 'paid', body: '{"sum":1}' }])
  expect(await sendSignal(database, signal, 2)).toMatchObject({ number: 2, pending: 2, held: true })
  expect(await sendSignal(database, signal, 2)).toEqual({ kind: 'too-many', pending: 2 })
  expect(await sendSignal(database, { ...signal, id: 'nobody' }, 2)).toEqual({ kind: 'not-found' })
})

test('a signal that comes between the look and the suspension keeps the job running', async () => {
  const job = await claimed('between')
  await sendSignal(database, { tenant: TENANT, id: job.id, kind: 'signal', name: 'a', body: 'null' }, 100)
  expect(await suspend(job, null)).toMatchObject({ kind: 'recorded', suspended: false, signals: 1 })
  expect(await stateOf(job.id)).toMatchObject({ state: 'running', held: true })
  expect(await suspend({ ...job, signals: 1 }, null)).toMatchObject({ suspended: true })
})

test('a cancel ends a wait, and one that came first lets no job be suspended', async () => {
  const job = await claimed('cancelled')
  await suspend(job, Date.now() + 3_600_000)
  expect(await cancelJob(database, job, holder, 'test')).toMatchObject({ kind: 'cancelled', over: false, held: false })
  expect(await stateOf(job.id)).toMatchObject({ state: 'running', held: false, due: true, wait_kind: null })
  const { jobs } = await claimJobs(database, {
    holder,
    count: 1,
    afterTenant: '',
    declined: [],
    takeoversBelow: 99,
    share: 1,
    taken: new Map(),
  })
  const [again] = jobs
  expect(again?.id).toBe(job.id)
  expect(await suspend(again as Claimed, null)).toMatchObject({ suspended: false, cancelled: true })
})

test('of wakers that look at once each job is woken by one; those of one tenant don’t go before all others', async () => {
  const { rowCount } = await database.pool.query(
    `insert into job (id, tenant, state, wake_at, wait_kind, started_at, journal_rows, nonce, definition)
     select 'due-' || n, case when n <= 90 then 'many' else 'few' end, 'waiting', now() - make_interval(secs => 1000 - n), 'sleep', now(),
            0, gen_random_uuid(), '{"steps":[]}' from generate_series(1, 100) n`,
  )
  const first = await wakeDueJobs(database, 20, 1000)
  expect(first).toMatchObject({ jobs: 20 })
  const { rows } = await database.pool.query(
    `select count(*)::int as few from job where tenant = 'few' and due_at is not null`,
  )
  expect(rows).toEqual([{ few: 10 }])
  const woken = await Promise.all(Array.from({ length: 8 }, () => wakeDueJobs(database, 50, 1000)))
  expect(woken.reduce((sum, { jobs }) => sum + jobs, 20)).toBe(rowCount)
})
