import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { removeOldJobs } from '../../src/store/jobs/expire.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let empty: TestDatabase
let database: Database
beforeAll(async () => {
  empty = await createTestDatabase()
  database = openDatabase({ connectionString: empty.url })
})
afterAll(async () => {
  await database.close()
  await empty[Symbol.asyncDispose]()
})

const DAYS = 30
const NONCE = '00000000-0000-0000-0000-000000000000'

/** A job that has been over for so long, with everything that can hang on one. */
async function put(id: string, age: string, parent: boolean | null = null): Promise<void> {
  await database.pool.query(
    `insert into job (id, tenant, state, started_at, finished_at, definition, nonce, journal_rows, parent, parent_told)
     values ($1, 'default', 'failed', now(), now() - $2::interval, '{}', '${NONCE}', 1, $3, $4)`,
    [id, age, parent === null ? null : 'parent', parent],
  )
  const hanging = [
    `insert into journal (job_id, tenant, number, first_seq, told, entries) values ($1, 'default', 1, 1, 0, '[]')`,
    `insert into job_label (job_id, tenant, label, created_at) values ($1, 'default', 'tag:a', now())`,
    `insert into signal (job_id, tenant, number, kind, name, body) values ($1, 'default', 1, 'signal', 'go', '1')`,
    `insert into wait (job_id, tenant, id, kind, path, asked_at, content, state)
     values ($1, 'default', $1, 'ask', '1', now(), '{}', 'answered')`,
  ]
  for (const text of hanging) await database.pool.query(text, [id])
  await putMessage(id, 'delivered')
}

async function putMessage(id: string, state: string): Promise<void> {
  const [owner, due] = [state === 'sending' ? '1' : 'null', state === 'waiting' ? 'now()' : 'null']
  await database.pool.query(
    `insert into message (job_id, tenant, seq, endpoint, event, id, state, owner, due_at)
     values ($1, 'default', 1, $2, 'job.finished', $1 || $2, $2, ${owner}, ${due})`,
    [id, state],
  )
}

async function idsIn(table: string, column: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(`select distinct ${column} as id from ${table} order by 1`)
  return rows.map(({ id }) => id)
}

test('a job goes, with all that hangs on it, once it has been over for so many days; not before, and not while it is needed', async () => {
  await put('old', '30 days 1 minute')
  await put('told', '31 days', true)
  const kept = ['ready', 'sending', 'untold', 'waiting', 'young']
  await put('young', '29 days 23 hours 59 minutes')
  await put('untold', '31 days', false)
  for (const state of ['ready', 'waiting', 'sending']) {
    await put(state, '31 days')
    await putMessage(state, state)
  }
  expect(await removeOldJobs(database, DAYS, 100)).toBe(2)
  expect(await idsIn('job', 'id')).toEqual(kept)
  for (const table of ['journal', 'job_label', 'signal', 'wait', 'message'])
    expect([table, await idsIn(table, 'job_id')]).toEqual([table, kept])
  await database.pool.query(`update message set state = 'failed', owner = null, due_at = null`)
  await database.pool.query(`update job set parent_told = true where parent is not null`)
  expect(await removeOldJobs(database, DAYS, 2)).toBe(2)
  expect(await removeOldJobs(database, DAYS, 100)).toBe(2)
  expect(await idsIn('job', 'id')).toEqual(['young'])
})
