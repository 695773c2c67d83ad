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

/** A job that is one row: over when it is accepted, without a key, labels or callbacks, and with a small journal. */
export type FinishedJob = GivenJob & { readonly over: FinishedProgress; readonly entries: string }

const NO_ENTRIES = '[]'

/** The job as one row, if it can be one. */
export function asFinished(job: NewJob): FinishedJob | null {
  const { progress, idempotency, labelRows, labels, callbacks } = job
  if (!('finishedAt' in progress) || job.scheduledFor !== null) return null
  if (idempotency !== null || labels !== null || labelRows.length > 0 || callbacks !== null) return null
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

/**
 * Accepts jobs that are over: one row each, entries included. What most short jobs cost is this statement, so nothing is
 * in it that they don't need: no key, no label, no owner.
 *
 * Plan: the arrays drive; the primary key finds ids that are taken. Locks: jobs are inserted in order of their keys, so
 * concurrent groups wait for each other and never in a circle. A row comes back for each job that was inserted, known by
 * its nonce: an id that is taken is one without.
 */
const ACCEPT_FINISHED = statement({
  name: 'accept-finished',
  text: `
with made as (
  insert into job (${namesOf(WRITTEN)}, journal_rows, ${FAILED_COLUMNS})
  select ${writtenFrom('g', WRITTEN)}, 0, ${failureFrom('g.failure::json')}
  from ${GIVEN.as('g')}
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, 0 as was, last_seq as now, true as over, callbacks
), ${insertMessages('made')}
select nonce, exists (select from told) as told from made`,
})

/** Accepts them, in one statement. */
export async function acceptFinishedJobs(database: Database, jobs: readonly FinishedJob[]): Promise<Acceptance[]> {
  const rows = await database.query<{ nonce: string; told: boolean }>(ACCEPT_FINISHED, GIVEN.values(jobs))
  const made = new Set(rows.map(({ nonce }) => nonce))
  const told = rows[0]?.told ?? false
  return jobs.map(({ job }) =>
    made.has(job.nonce) ? { kind: 'accepted', owned: false, fence: '0', rows: 0, told } : { kind: 'id-taken' },
  )
}
