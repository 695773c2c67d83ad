import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StepEntry } from '../../src/engine/run/entry.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { acceptOpenJobs, asOpen } from '../../src/store/jobs/acceptOpen.ts'
import type { NewJob } from '../../src/store/jobs/newJob.ts'
import { keepProgress } from '../../src/store/jobs/progress.ts'
import { recordRuns } from '../../src/store/jobs/record.ts'
import type { RunWrite } from '../../src/store/jobs/runWrite.ts'
import { registerReplica } from '../../src/store/replica.ts'
import type { NewWait } from '../../src/store/waits/write.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let empty: TestDatabase
let database: Database
let holder: string

beforeAll(async () => {
  empty = await createTestDatabase()
  database = openDatabase({ connectionString: empty.url })
  holder = (await registerReplica(database, 3600)).holder
})

afterAll(async () => {
  await database.close()
  await empty[Symbol.asyncDispose]()
})

function entryAt(position: number, value = 'done'): StepEntry {
  return {
    ...{ kind: 'step', path: String(position), position, written: position - 1, status: 'DONE', attempt: 1 },
    ...{ startedAt: 1, finishedAt: 2, json: JSON.stringify(value), returnValue: value },
    ...{ cause: null, attempts: null, error: null, variables: null },
  }
}

/** A job that is run here, and the write of its end with one step. */
async function begin(): Promise<RunWrite> {
  const job: NewJob = {
    ...{ tenant: 'default', id: randomUUID(), createdBy: null, idempotency: null, definition: '{"steps":[]}' },
    ...{
      checks: null,
      name: null,
      labels: null,
      of: { name: 'greet', version: 3 },
      labelRows: [],
      nonce: randomUUID(),
      callbacks: null,
    },
    ...{ createdAt: Date.now(), scheduledFor: null, owned: true },
    progress: { state: 'running', startedAt: Date.now(), entries: [], currentStep: '1', failed: null },
  }
  const begun = asOpen(job)
  if (begun === null) throw new Error('this job needs nothing that others do not')
  const [accepted] = await acceptOpenJobs(database, [begun], holder)
  if (accepted?.kind !== 'accepted') throw new Error('the job is new')
  expect(accepted).toMatchObject({ owned: true, rows: 0 })
  return {
    ...{ tenant: job.tenant, id: job.id, fence: accepted.fence, rows: 0, lastSeq: 0, entries: [entryAt(1)] },
    ...{ currentStep: null, failed: null, suspend: null, ranMs: 1, taken: [], waits: null },
    end: { state: 'succeeded', variables: null, output: null, outputOmitted: false },
  }
}

const READ = `
select state, holder, definition_name || ' ' || definition_version as of, current_step, journal_rows, last_seq, entries is not null as own,
       (select count(*)::int from journal r where r.job_id = j.id) as rows,
       (select array_agg(return_value::text order by seq) from job_step s where s.job_id = j.id) as values
from job j where id = $1`

async function stored(id: string): Promise<unknown> {
  const { rows } = await database.pool.query(READ, [id])
  return rows[0]
}

const cancel = (id: string): Promise<unknown> =>
  database.pool.query('update job set cancel_at = now() where id = $1', [id])

test('what a job said of its progress goes with its end, and stays until then', async () => {
  const write = await begin()
  const hold = { id: write.id, tenant: write.tenant, fence: write.fence }
  expect(await keepProgress(database, [{ ...hold, said: '{"1":{"percent":50}}' }])).toHaveLength(1)
  const said = async (): Promise<unknown> =>
    (await database.pool.query('select progress is not null as said from job where id = $1', [write.id])).rows[0]
  await recordRuns(database, [{ ...write, end: null }])
  expect(await said()).toEqual({ said: true })
  await recordRuns(database, [{ ...write, rows: 1, lastSeq: 1, entries: [] }])
  expect(await said()).toEqual({ said: false })
})

test('a job whose small journal comes with its end is one row', async () => {
  const write = await begin()
  const [recorded] = await recordRuns(database, [write])
  expect(recorded).toMatchObject({ kind: 'recorded', rows: 0, cancelled: false, finishedAt: expect.any(Number) })
  const over = {
    state: 'succeeded',
    holder: null,
    of: 'greet 3',
    current_step: null,
    journal_rows: 0,
    last_seq: 1,
    own: true,
    rows: 0,
  }
  expect(await stored(write.id)).toEqual({ ...over, values: ['"done"'] })
})

test('where a cancel came before the end only that is left out: the journal is written, and goes on', async () => {
  const write = await begin()
  await cancel(write.id)
  const [recorded] = await recordRuns(database, [write])
  expect(recorded).toMatchObject({ kind: 'recorded', rows: 1, cancelled: true, finishedAt: null })
  expect(await stored(write.id)).toMatchObject({ state: 'running', journal_rows: 1, last_seq: 1, own: false, rows: 1 })
  const end = { state: 'cancelled', variables: null, output: null, outputOmitted: false } as const
  const next = { ...write, rows: 1, lastSeq: 1, entries: [entryAt(2, 'skipped')], end }
  expect(await recordRuns(database, [next])).toMatchObject([{ kind: 'recorded', rows: 2, cancelled: true }])
  const over = { state: 'cancelled', journal_rows: 2, last_seq: 2, own: false, rows: 2 }
  expect(await stored(write.id)).toMatchObject({ ...over, values: ['"done"', '"skipped"'] })
})

test('a cancelled end with a small journal is one row as well', async () => {
  const write = await begin()
  await cancel(write.id)
  const end = { state: 'cancelled', variables: null, output: null, outputOmitted: false } as const
  expect(await recordRuns(database, [{ ...write, end }])).toMatchObject([{ rows: 0, finishedAt: expect.any(Number) }])
  expect(await stored(write.id)).toMatchObject({ state: 'cancelled', own: true, rows: 0 })
})

test('what is written again is answered as written, and nothing is doubled', async () => {
  const [ends, large, goesOn, cancelled] = [await begin(), await begin(), await begin(), await begin()]
  await cancel(cancelled.id)
  const writes = [
    ends,
    { ...large, entries: [entryAt(1, 'x'.repeat(4000))] },
    { ...goesOn, end: null, currentStep: '2' },
    cancelled,
  ]
  const first = await recordRuns(database, writes)
  expect(first.map(({ kind }) => kind)).toEqual(writes.map(() => 'recorded'))
  const before = await Promise.all(writes.map(({ id }) => stored(id)))
  expect(await recordRuns(database, writes)).toEqual(first)
  expect(await Promise.all(writes.map(({ id }) => stored(id)))).toEqual(before)
})

test('of a group only those are written whose fence and journal agree', async () => {
  const [good, lost, behind, ahead] = [await begin(), await begin(), await begin(), await begin()]
  await database.pool.query('update job set journal_rows = 5 where id = $1', [ahead.id])
  const writes = [good, { ...lost, fence: '1' }, { ...behind, rows: 1, lastSeq: 1 }, ahead]
  const kinds = (await recordRuns(database, writes)).map(({ kind }) => kind)
  expect(kinds).toEqual(['recorded', 'lost', 'behind', 'behind'])
  const states = await Promise.all(writes.map(({ id }) => stored(id)))
  expect(states).toMatchObject(['succeeded', 'running', 'running', 'running'].map((state) => ({ state })))
})

test('a journal with a row that its job does not know of takes no other in its place: that run is behind', async () => {
  const [ahead, good] = [await begin(), await begin()]
  const row = `insert into journal (job_id, tenant, number, first_seq, told, entries) values ($1, 'default', 1, 1, 0, '[]')`
  await database.pool.query(row, [ahead.id])
  const writes = [{ ...ahead, end: null }, good]
  await expect(recordRuns(database, writes)).rejects.toMatchObject({ code: '23505' })
  expect(await recordRuns(database, writes.slice(0, 1))).toEqual([{ kind: 'behind' }])
  expect(await recordRuns(database, [good])).toMatchObject([{ kind: 'recorded' }])
  expect(await stored(ahead.id)).toMatchObject({ state: 'running', journal_rows: 0, last_seq: 0, rows: 1 })
})

/** What hangs on a job: the values in its journal, signals that are not used up, waits and how they stand. */
async function hanging(id: string): Promise<unknown> {
  const text = `
  select (select array_agg(entries -> 0 ->> 7 order by number) from journal where job_id = $1) as journal,
         (select count(*)::int from signal where job_id = $1) as signals,
         (select array_agg(id || ' ' || state order by id) from wait where job_id = $1) as waits`
  return (await database.pool.query(text, [id])).rows[0]
}

function wait(id: string): NewWait {
  return { id, kind: 'ask', path: '1', seq: 1, askedAt: 1, until: null, content: '{}', state: 'open' }
}

/** Two runs of one job stand in one group where a replica lost it and took it again while the database was away. */
test.for([
  { order: ['lost', 'recorded'], values: [] },
  { order: ['lost', 'recorded'], values: ['held'] },
  { order: ['recorded', 'lost'], values: [] },
  { order: ['recorded', 'lost'], values: ['held'] },
])('of two runs of one job in a group ($order) only the one that has it writes: $values', async ({ order, values }) => {
  const begun = { ...(await begin()), end: null, entries: [] }
  await database.pool.query('update job set signals = 1 where id = $1', [begun.id])
  await database.pool.query(`insert into signal values ($1, 'default', 1, 'signal', 'go', 'null')`, [begun.id])
  await recordRuns(database, [{ ...begun, waits: { begun: [wait('asked')], ended: [] } }])
  const has = {
    ...begun,
    entries: values.map((value) => entryAt(1, value)),
    waits: { begun: [wait('new')], ended: [] },
  }
  const waits = { begun: [wait('lost')], ended: [{ id: 'asked', state: 'cancelled' }] } as const
  const lost = { ...begun, fence: '1', entries: [entryAt(1, 'lost')], taken: [1], waits }
  const results = await recordRuns(database, order[0] === 'lost' ? [lost, has] : [has, lost])
  expect(results.map(({ kind }) => kind)).toEqual(order)
  const journal = values.length > 0 ? values : null
  expect(await hanging(begun.id)).toEqual({ journal, signals: 1, waits: ['asked open', 'new open'] })
  expect(await stored(begun.id)).toMatchObject({ journal_rows: values.length, last_seq: values.length })
})

test('takeovers are counted until a step is recorded, also while the next one is announced', async () => {
  const write = await begin()
  const counted = async (): Promise<unknown> =>
    (await database.pool.query('select takeovers from job where id = $1', [write.id])).rows[0]
  await database.pool.query('update job set takeovers = 4 where id = $1', [write.id])
  await recordRuns(database, [{ ...write, end: null, entries: [], currentStep: '1' }])
  expect(await counted()).toEqual({ takeovers: 4 })
  await recordRuns(database, [{ ...write, end: null }])
  expect(await counted()).toEqual({ takeovers: 0 })
})
