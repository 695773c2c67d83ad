import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unreadable } from '../../src/executor/run/unreadable.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { acceptJobs } from '../../src/store/jobs/accept.ts'
import { giveUpJob } from '../../src/store/jobs/giveUp.ts'
import { mendJob } from '../../src/store/jobs/mend.ts'
import type { NewJob } from '../../src/store/jobs/newJob.ts'
import type { JobHold } from '../../src/store/jobs/owned.ts'
import { keepProgress } from '../../src/store/jobs/progress.ts'
import { releaseJobs } from '../../src/store/jobs/release.ts'
import { registerReplica, renewHolding, type Replica } from '../../src/store/replica.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let empty: TestDatabase
let database: Database
let replica: Replica

beforeAll(async () => {
  empty = await createTestDatabase()
  database = openDatabase({ connectionString: empty.url })
  replica = await registerReplica(database, 3600)
})

afterAll(async () => {
  await database.close()
  await empty[Symbol.asyncDispose]()
})

/** A job that this replica holds, under fence 7. */
async function held(): Promise<JobHold> {
  const id = randomUUID()
  await database.pool.query(
    `insert into job (id, tenant, state, holder, fence, started_at, definition, nonce, journal_rows)
     values ($1, 'default', 'running', $2, 7, now(), '{}', $3, 0)`,
    [id, replica.holder, randomUUID()],
  )
  return { tenant: 'default', id, fence: '7' }
}

const WRITES: Readonly<Record<string, (hold: JobHold) => Promise<unknown>>> = {
  renewHolding: (hold) => renewHolding(database, replica, 3600, hold),
  giveUpJob: (hold) => giveUpJob(database, hold, unreadable(5)),
  mendJob: (hold) => mendJob(database, hold, { rows: 3, lastSeq: 3 }),
  keepProgress: (hold) => keepProgress(database, [{ ...hold, said: '{}' }]),
  releaseJobs: (hold) => releaseJobs(database, [{ ...hold, delayMs: 0, broken: false, unbegun: false }]),
}

const row = async ({ id }: JobHold): Promise<unknown> =>
  (await database.pool.query('select j.*, r.expires_at from job j, replica r where j.id = $1', [id])).rows

// A replica may lose a job and take it again: then its id and its holder agree, and the fence alone tells the two runs apart.
test.each(Object.entries(WRITES))(
  '%s does nothing under the fence of an earlier hold by the same replica',
  async (_, write) => {
    const hold = await held()
    const before = await row(hold)
    const answer = await write({ ...hold, fence: '6' })
    expect(answer === null || answer === undefined || (Array.isArray(answer) && answer.length === 0)).toBe(true)
    expect(await row(hold)).toEqual(before)
    await write(hold)
    expect(await row(hold)).not.toEqual(before)
  },
)

test('a child job is made only while its parent is held under the fence of the run that asks', async () => {
  const { tenant, id: parent } = await held()
  const child = (fence: string): NewJob => ({
    ...{ tenant, id: `child-${fence}`, createdBy: null, idempotency: null, definition: '{"steps":[]}', checks: null },
    ...{ name: null, labels: null, of: null, labelRows: [], nonce: randomUUID(), callbacks: null },
    ...{ createdAt: Date.now(), scheduledFor: null, owned: false, parent: { jobId: parent, step: '1', fence } },
    progress: { state: 'queued', entries: [] },
  })
  await acceptJobs(database, [child('6'), child('7')], replica.holder)
  const { rows } = await database.pool.query('select id from job where parent = $1', [parent])
  expect(rows).toEqual([{ id: 'child-7' }])
})
