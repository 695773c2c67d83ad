import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptJobs } from '../../src/store/jobs/accept.ts'
import { acceptOpenJobs, asOpen } from '../../src/store/jobs/acceptOpen.ts'
import { acceptFinishedJobs, asFinished } from '../../src/store/jobs/acceptFinished.ts'
import { cancelJob } from '../../src/store/jobs/cancel.ts'
import { forgetChild, tellParents } from '../../src/store/jobs/children.ts'
import { claimJobs } from '../../src/store/jobs/claim.ts'
import { removeOldJobs } from '../../src/store/jobs/expire.ts'
import { giveUpJob } from '../../src/store/jobs/giveUp.ts'
import { unreadable } from '../../src/executor/run/unreadable.ts'
import { mendJob } from '../../src/store/jobs/mend.ts'
import type { NewJob, NewJobProgress } from '../../src/store/jobs/newJob.ts'
import { adoptOldJobs, rescueOldJobs } from '../../src/store/jobs/oldForm.ts'
import { keepProgress } from '../../src/store/jobs/progress.ts'
import { recordRuns } from '../../src/store/jobs/record.ts'
import type { RunWrite } from '../../src/store/jobs/runWrite.ts'
import { releaseJobs } from '../../src/store/jobs/release.ts'
import { removeJob } from '../../src/store/jobs/remove.ts'
import { rescheduleJob } from '../../src/store/jobs/reschedule.ts'
import { rescueJobs } from '../../src/store/jobs/rescue.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { isDataError } from '../../src/store/postgres/failures.ts'
import { knownStatements } from '../../src/store/statement.ts'
import { registerReplica } from '../../src/store/replica.ts'
import { answerWait } from '../../src/store/waits/answer.ts'
import { sendSignal } from '../../src/store/waits/signal.ts'
import { wakeDueJobs } from '../../src/store/waits/wake.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { arrows, PLACES, type PlaceRow, placesOf } from './places.ts'

// Each function that changes a job is called for a job in each place, in each way that it can be called. What that makes
// of the row must be an arrow of docs/lifecycle.md, and each of its arrows must come of it.

const STORE = join(import.meta.dirname, '../../src/store')
await Promise.all(
  ['jobs', 'waits'].flatMap((folder) =>
    readdirSync(join(STORE, folder)).map((file) => import(join(STORE, folder, file))),
  ),
)

let opened: TestDatabase
let database: Database
/** The statements that were asked. */
const used = new Set<string>()
/** A replica that has a lease, and one that has none. */
let alive: string
const GONE = '2'
/** The job's parent, which is not there. */
const NOBODY = 'nobody'
const KEY = { tenant: 'default', id: 'job' }

beforeAll(async () => {
  opened = await createTestDatabase()
  const direct = openDatabase({ connectionString: opened.url, max: 2 })
  const query: Database['query'] = (statement, ...asked) => {
    used.add(statement.name)
    return direct.query(statement, ...asked)
  }
  database = { ...direct, query }
  alive = (await registerReplica(database, 600)).holder
})

afterAll(async () => {
  await database.close()
  await opened[Symbol.asyncDispose]()
})

const FENCE = '7'
const PAST = '2020-01-01T00:00:00Z'

/** A job in every place, in every way that matters to those functions. */
function jobsThatThereAre(): Record<string, readonly object[]> {
  const ours = Object.entries(PLACES).map(([place, row]): [string, object] => [place, { ...row, journal_rows: 0 }])
  const ways = Object.fromEntries(ours.map(([place, row]) => [place, [row, { ...row, cancel_at: PAST }]]))
  const held = { ...PLACES['held'], journal_rows: 0 }
  const ending = { ...PLACES['ending'], journal_rows: 0, cancel_at: PAST }
  const over = { ...PLACES['over'], journal_rows: 0, finished_at: PAST, started_at: PAST }
  const old = { state: 'running', started_at: PAST }
  const delayed = { ...PLACES['delayed'], journal_rows: 0, wake_at: PAST }
  return {
    none: [],
    ...ways,
    delayed: [delayed, { ...delayed, state: 'queued', started_at: null, cancel_at: PAST }],
    scheduled: [undefined, PAST].map((cancel_at) => ({
      ...PLACES['scheduled'],
      journal_rows: 0,
      wake_at: PAST,
      cancel_at,
    })),
    suspended: [{ ...PLACES['suspended'], journal_rows: 0, wake_at: PAST }],
    held: [alive, GONE].map((holder) => ({ ...held, holder })),
    ending: [alive, GONE].flatMap((holder) => [
      { ...ending, holder },
      { ...ending, holder, state: 'scheduled' },
    ]),
    over: [false, true].map((parent_told) => ({ ...over, parent_told })),
    old: [
      { state: 'queued', run_at: PAST },
      { ...old, run_at: PAST },
      { ...old, owner: 1 },
    ],
  }
}

/** The ways in which each function can be called. */
function calls(): Record<string, readonly (() => Promise<unknown>)[]> {
  const now = Date.now()
  const begun = { startedAt: now, entries: [], currentStep: null, failed: null }
  const over = {
    ...begun,
    finishedAt: now,
    variables: null,
    output: null,
    outputOmitted: false,
    state: 'succeeded',
  } as const
  const end = { state: 'succeeded', variables: null, output: null, outputOmitted: false } as const
  const sent = { ...KEY, kind: 'signal', name: 's', body: '1' } as const
  const answer = { tenant: KEY.tenant, jobId: KEY.id, id: 'w', value: '1', by: 'x', actor: 'x' }
  const release = { ...KEY, fence: FENCE, delayMs: 0, broken: false, unbegun: false }
  return {
    acceptJobs: [
      accepts({ state: 'queued', entries: [] }, alive),
      accepts({ state: 'scheduled' }, alive),
      accepts({ state: 'running', ...begun }, alive),
      accepts({ state: 'running', ...begun }, GONE),
      accepts(over, alive),
    ],
    acceptOpenJobs: [
      opens({ state: 'queued', entries: [] }, alive),
      opens({ state: 'running', ...begun }, alive),
      opens({ state: 'running', ...begun }, GONE),
      opens({ state: 'running', ...begun }, alive, newKey()),
    ],
    acceptFinishedJobs: [null, newKey()].map((idempotency) => async () => {
      const finished = asFinished({ ...newJob(over), idempotency })
      if (finished === null) throw new Error('it is no job of one row')
      await acceptFinishedJobs(database, [finished])
    }),
    claimJobs: [
      () =>
        claimJobs(database, {
          holder: alive,
          count: 1,
          afterTenant: '',
          declined: [],
          takeoversBelow: 99,
          share: 1,
          taken: new Map(),
        }),
    ],
    wakeDueJobs: [() => wakeDueJobs(database, 10, 10)],
    rescheduleJob: [null, now + 3_600_000].map((at) => () => rescheduleJob(database, { ...KEY, at, actor: 'x' })),
    cancelJob: [alive, GONE].map((holder) => () => cancelJob(database, KEY, holder, 'x')),
    sendSignal: [() => sendSignal(database, sent, 10)],
    answerWait: [() => answerWait(database, answer)],
    recordRuns: [
      records({}),
      records({ end }),
      records({ end: { ...end, state: 'cancelled' } }),
      records({ waits: { begun: [], ended: [] } }),
      records({ currentStep: 'a', suspend: { wakeAt: null, kind: 'sleep', signals: 0 } }),
    ],
    mendJob: [() => mendJob(database, { ...KEY, fence: FENCE }, { rows: 1, lastSeq: 1 })],
    giveUpJob: [() => giveUpJob(database, { ...KEY, fence: FENCE }, unreadable(5))],
    keepProgress: [() => keepProgress(database, [{ ...KEY, fence: FENCE, said: '{}' }])],
    releaseJobs: [{}, { delayMs: 60_000, broken: true }, { unbegun: true }].map(
      (more) => () => releaseJobs(database, [{ ...release, ...more }]),
    ),
    tellParents: [() => tellParents(database, 10), endsChild],
    forgetChild: [() => forgetChild(database, { ...KEY, parent: NOBODY })],
    rescueJobs: [() => rescueJobs(database, 0, { holder: alive, lapses: 0 })],
    rescueOldJobs: [() => rescueOldJobs(database, 0, { holder: alive, lapses: 0 })],
    adoptOldJobs: [() => adoptOldJobs(database, 0)],
    removeJob: [() => removeJob(database, KEY.tenant, KEY.id, 'x')],
    removeOldJobs: [() => removeOldJobs(database, 1, 10)],
  }
}

function newJob(progress: NewJobProgress): NewJob {
  const nothing = {
    idempotency: null,
    checks: null,
    name: null,
    labels: null,
    of: null,
    callbacks: null,
    createdBy: null,
  }
  const scheduledFor = progress.state === 'scheduled' ? Date.now() + 3_600_000 : null
  const nonce = '00000000-0000-0000-0000-000000000000'
  const given = { labelRows: [], definition: '{}', nonce, createdAt: Date.now(), scheduledFor }
  return { ...KEY, ...nothing, ...given, owned: progress.state === 'running', progress }
}

function accepts(progress: NewJobProgress, holder: string) {
  return () => acceptJobs(database, [newJob(progress)], holder)
}

function newKey(): NewJob['idempotency'] {
  return { key: randomUUID(), hash: Buffer.alloc(32) }
}

function opens(progress: NewJobProgress, holder: string, idempotency: NewJob['idempotency'] = null) {
  return async () => {
    const open = asOpen({ ...newJob(progress), idempotency })
    if (open === null) throw new Error('it needs more than that')
    await acceptOpenJobs(database, [open], holder)
  }
}

function records(more: Partial<RunWrite>) {
  const none = { currentStep: null, failed: null, suspend: null, end: null, waits: null }
  const run = { ...KEY, fence: FENCE, rows: 0, lastSeq: 0, entries: [], ranMs: 0, taken: [], ...none, ...more }
  return () => recordRuns(database, [run])
}

/** A child of the job is over, if the job can have one. */
async function endsChild(): Promise<void> {
  await database.pool.query(`
    insert into job (id, tenant, parent, state, started_at, finished_at, definition, nonce, journal_rows)
    select 'child', tenant, id, 'succeeded', now(), now(), '{}', nonce, 0
    from job where started_at is not null and finished_at is null and journal_rows is not null`)
  await tellParents(database, 10)
}

/** Puts a job into the database, with an open wait where its run may have asked. A fence is known only to whoever holds the job. */
async function put(row: object): Promise<void> {
  const fence = 'holder' in row && row.holder !== null ? FENCE : '8'
  const parent = 'journal_rows' in row ? NOBODY : null
  const all = { ...KEY, definition: '{}', nonce: '00000000-0000-0000-0000-000000000000', fence, parent, ...row }
  const values = Object.keys(all).map((_, i) => `$${i + 1}`)
  await database.pool.query(`insert into job (${Object.keys(all)}) values (${values})`, Object.values(all))
  if (!('started_at' in row && 'journal_rows' in row) || row.started_at === null) return
  const wait = "values ('job', 'default', 'w', 'ask', 'a', now(), '{}', 'open')"
  await database.pool.query(`insert into wait (job_id, tenant, id, kind, path, asked_at, content, state) ${wait}`)
}

type Seen = { readonly row: (PlaceRow & { readonly version: string }) | undefined; readonly place: string }

async function look(): Promise<Seen> {
  const { rows } = await database.pool.query<PlaceRow & { version: string }>(
    `select *, xmin as version from job where id = 'job'`,
  )
  const places = placesOf(rows[0])
  expect(places, `one place for ${JSON.stringify(rows[0])}`).toHaveLength(1)
  return { row: rows[0], place: places[0] ?? '' }
}

/** What a call makes of a job: an arrow, or null where it leaves it alone. */
async function arrowOf(row: object | null, by: string, call: () => Promise<unknown>): Promise<string | null> {
  await database.pool.query('delete from wait')
  await database.pool.query('delete from job')
  if (row !== null) await put(row)
  const before = await look()
  try {
    await call()
  } catch (error) {
    if (!isDataError(error)) throw error
  }
  const after = await look()
  return before.row?.version === after.row?.version ? null : `${before.place} ${by} ${after.place}`
}

test('each arrow of docs/lifecycle.md leads from where it says to where it says, by that function, and there is no other', async () => {
  const seen = new Set<string>()
  for (const [by, ways] of Object.entries(calls())) {
    for (const [place, rows] of Object.entries(jobsThatThereAre())) {
      for (const row of place === 'none' ? [null] : rows) {
        for (const call of ways) {
          const arrow = await arrowOf(row, by, call)
          if (arrow !== null) seen.add(arrow)
        }
      }
    }
  }
  expect([...seen].toSorted()).toEqual([...new Set(arrows.map(({ from, by, to }) => `${from} ${by} ${to}`))].toSorted())
})

test('these are all the statements that change a job', () => {
  const changing = knownStatements().filter(({ text }) => /\b(?:insert into|update|delete from) job\b/.test(text))
  expect(changing.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([])
})
