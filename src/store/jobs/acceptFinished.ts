import type { Database } from '../client.ts'
import { GivenRows, namesOf, writtenFrom } from '../givenRows.ts'
import { countTold, type JournalRow, rowsOf } from '../journal/rows.ts'
import { statement } from '../statement.ts'
import { FAILED_COLUMNS, failureFrom } from './failure.ts'
import { insertMessages } from './insertMessages.ts'
import type { Acceptance, FinishedProgress, NewJob } from './newJob.ts'
import {
  BEGUN_COLUMNS,
  CREATED_BY,
  END_COLUMNS,
  FAILURE,
  type GivenJob,
  NEW_JOB_COLUMNS,
  STATE,
} from './newJobColumns.ts'
import {
  KEY_ANSWER,
  KEY_COLUMNS,
  type KeyAnswer,
  MAY_BE_MADE,
  OWN_FREE,
  OWN_KEY,
  readRefusal,
  TAKE_KEYS,
} from './takeKeys.ts'

/** A job that is one row: over when it is accepted, without labels or callbacks, and with a small journal. */
export type FinishedJob = GivenJob & { readonly over: FinishedProgress; readonly entries: string }

const NO_ENTRIES = '[]'

/** The job as one row, if it can be one. */
export function asFinished(job: NewJob): FinishedJob | null {
  const { progress, labelRows, labels, callbacks } = job
  if (!('finishedAt' in progress) || job.scheduledFor !== null) return null
  if (labels !== null || labelRows.length > 0 || callbacks !== null) return null
  const entries = ownEntries(rowsOf(progress.entries))
  if (entries === null) return null
  return { job, begun: progress, over: progress, lastSeq: countTold(progress.entries), entries, rows: [] }
}

/** The entries that a job's own row holds; null where they are too large for that. */
export function ownEntries(rows: readonly JournalRow[]): string | null {
  const [row] = rows
  if (row === undefined) return NO_ENTRIES
  return rows.length === 1 && row.path === null ? row.entries : null
}

const WRITTEN = [...NEW_JOB_COLUMNS, CREATED_BY, STATE, ...BEGUN_COLUMNS, ...END_COLUMNS]

const GIVEN = new GivenRows<FinishedJob>(1, [...WRITTEN, FAILURE])
const KEYED = new GivenRows<FinishedJob>(1, [...WRITTEN, FAILURE, ...KEY_COLUMNS])

/** The jobs' rows, of `given g` and what it is joined with. */
const made = (given: string): string => `
made as (
  insert into job (${namesOf(WRITTEN)}, journal_rows, ${FAILED_COLUMNS})
  select ${writtenFrom('g', WRITTEN)}, 0, ${failureFrom('g.failure::json')}
  from ${given}
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, 0 as was, last_seq as now, true as over, callbacks
), ${insertMessages('made')}`

/**
 * Accepts jobs that are over: one row each, entries included. What most short jobs cost is this statement, so nothing is
 * in it that they don't need: no label, no owner.
 *
 * Plan: the arrays drive; the primary key finds ids that are taken. Locks: jobs are inserted in order of their keys, so
 * concurrent groups wait for each other and never in a circle. A row comes back for each job that was inserted, known by
 * its nonce: an id that is taken is one without.
 */
const ACCEPT_FINISHED = statement({
  name: 'accept-finished',
  text: `
with ${made(GIVEN.as('g'))}
select nonce, exists (select from told) as told from made`,
})

/** The same for a group of which some have a key. A row comes back for each job. */
const ACCEPT_FINISHED_KEYED = statement({
  name: 'accept-finished-keyed',
  text: `
with given as (
  select * from ${KEYED.numbered('t')}
), ${TAKE_KEYS}, ${made(`given g ${OWN_KEY} where ${MAY_BE_MADE}`)}
select g.nonce, m.nonce is not null as made, ${KEY_ANSWER}, exists (select from told) as told
from given g
${OWN_FREE}
${OWN_KEY}
left join made m on m.nonce = g.nonce`,
})

type KeyedRow = KeyAnswer & { readonly nonce: string; readonly made: boolean; readonly told: boolean }

/** Accepts them, in one statement. */
export async function acceptFinishedJobs(database: Database, jobs: readonly FinishedJob[]): Promise<Acceptance[]> {
  if (jobs.some(({ job }) => job.idempotency !== null)) return acceptKeyed(database, jobs)
  const rows = await database.query<{ nonce: string; told: boolean }>(ACCEPT_FINISHED, GIVEN.values(jobs))
  const made = new Set(rows.map(({ nonce }) => nonce))
  const told = rows[0]?.told ?? false
  return jobs.map(({ job }) => (made.has(job.nonce) ? accepted(told) : { kind: 'id-taken' }))
}

async function acceptKeyed(database: Database, jobs: readonly FinishedJob[]): Promise<Acceptance[]> {
  const rows = await database.query<KeyedRow>(ACCEPT_FINISHED_KEYED, KEYED.values(jobs))
  const answers = new Map(rows.map((row) => [row.nonce, row]))
  return Promise.all(
    jobs.map(async (given) => {
      const answer = answers.get(given.job.nonce)
      return answer?.made === true ? accepted(answer.told) : readRefusal(database, given, answer)
    }),
  )
}

function accepted(told: boolean): Acceptance {
  return { kind: 'accepted', owned: false, fence: '0', rows: 0, told }
}
