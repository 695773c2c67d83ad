import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { acceptJobs } from '../../src/store/jobs/accept.ts'
import { acceptFinishedJobs, asFinished } from '../../src/store/jobs/acceptFinished.ts'
import { acceptOpenJobs, asOpen } from '../../src/store/jobs/acceptOpen.ts'
import type { Acceptance, NewJob, NewJobProgress } from '../../src/store/jobs/newJob.ts'
import { registerReplica } from '../../src/store/replica.ts'
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

const begun = { startedAt: 1, entries: [], failed: null }
const OVER: NewJobProgress = {
  ...{ ...begun, state: 'succeeded', finishedAt: 2, variables: null, output: null, outputOmitted: false },
}
const RUNNING: NewJobProgress = { ...begun, state: 'running', currentStep: '1' }

function newJob(progress: NewJobProgress, id: string, key: string | null): NewJob {
  return {
    ...{ tenant: 'default', id, createdBy: null, definition: '{"steps":[]}', checks: null, name: null, labels: null },
    ...{ of: null, labelRows: [], nonce: randomUUID(), callbacks: null, createdAt: 1, scheduledFor: null, progress },
    ...{ idempotency: key === null ? null : { key, hash: Buffer.alloc(32) }, owned: progress.state === 'running' },
  }
}

function given<Form>(job: NewJob, as: (job: NewJob) => Form | null): Form {
  const form = as(job)
  if (form === null) throw new Error('this job needs nothing that others do not')
  return form
}

type Accept = (jobs: readonly NewJob[]) => Promise<Acceptance[]>
const ways: [string, NewJobProgress, Accept][] = [
  ['accept', RUNNING, (jobs) => acceptJobs(database, jobs, holder)],
  [
    'accept-open',
    RUNNING,
    (jobs) =>
      acceptOpenJobs(
        database,
        jobs.map((job) => given(job, asOpen)),
        holder,
      ),
  ],
  [
    'accept-finished',
    OVER,
    (jobs) =>
      acceptFinishedJobs(
        database,
        jobs.map((job) => given(job, asFinished)),
      ),
  ],
]

test.each(ways)(
  '%s: in a group each job with a key is judged for itself, and so are those without',
  async (way, progress, accept) => {
    const job = (name: string, key: string | null = null): NewJob =>
      newJob(progress, `${way}-${name}`, key === null ? null : `${way}-${key}`)
    const kinds = async (...jobs: NewJob[]): Promise<string[]> => (await accept(jobs)).map(({ kind }) => kind)

    expect(await kinds(job('a'), job('b', 'one'), job('c', 'one'), job('d', 'two'))).toEqual([
      ...['accepted', 'accepted', 'key-taken', 'accepted'],
    ])
    // An id that is taken costs nobody else, and takes no key with it.
    expect(await kinds(job('a', 'three'), job('b'), job('e', 'two'), job('f', 'four'), job('g'))).toEqual([
      ...['key-taken', 'id-taken', 'key-taken', 'accepted', 'accepted'],
    ])
    expect(await kinds(job('h', 'three'))).toEqual(['accepted'])
    const { rows } = await database.pool.query(`select id from job where id like $1 order by id`, [`${way}-_`])
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b', 'd', 'f', 'g', 'h'].map((name) => `${way}-${name}`))
  },
)
