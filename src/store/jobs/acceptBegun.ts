import type { Database } from '../client.ts'
import { GivenRows, namesOf, writtenFrom } from '../givenRows.ts'
import { firstJournalRows, firstRowsOf, JOURNAL_COLUMNS } from '../journal/journalColumns.ts'
import { countTold, rowsOf } from '../journal/rows.ts'
import { statement } from '../statement.ts'
import { FAILED_COLUMNS, failureFrom } from './failure.ts'
import { insertMessages } from './insertMessages.ts'
import type { Acceptance, BegunProgress, NewJob } from './newJob.ts'
import {
  BEGUN_COLUMNS,
  CREATED_BY,
  CURRENT_STEP,
  FAILURE,
  type GivenJob,
  JOURNAL_ROWS,
  NEW_JOB_COLUMNS,
  STATE,
} from './newJobColumns.ts'

/** A job that this replica goes on with as soon as it is accepted, without a key, labels, callbacks, secret inputs or a parent. */
export type BegunJob = GivenJob & { readonly begun: BegunProgress }

/** The job with what its first steps gave, if it is one of these. */
export function asBegun(job: NewJob): BegunJob | null {
  const { progress, idempotency, labelRows, labels, callbacks, parent, sealedInputs, schedule, owned, scheduledFor } =
    job
  if (progress.state !== 'running' || !owned || scheduledFor !== null || parent !== undefined) return null
  if (sealedInputs !== undefined || schedule !== undefined) return null
  if (idempotency !== null || labels !== null || labelRows.length > 0 || callbacks !== null) return null
  const { entries } = progress
  return { job, begun: progress, over: null, lastSeq: countTold(entries), entries: null, rows: rowsOf(entries) }
}

const WRITTEN = [...NEW_JOB_COLUMNS, CREATED_BY, STATE, ...BEGUN_COLUMNS, JOURNAL_ROWS]

const GIVEN = new GivenRows<BegunJob>(1, [...WRITTEN, CURRENT_STEP, FAILURE])

/** Their rows of the journal; the parameter in between is the holder. */
const ROWS = firstJournalRows(GIVEN.next + 1)

/**
 * Accepts jobs that begin here at once: what one with a step with effects costs before that step. As `accept` does it for
 * any job, without what these don't need.
 *
 * Plan: the arrays drive; the replica's row is looked up once. Locks: jobs are inserted in order of their keys, so
 * concurrent groups wait for each other and never in a circle. A replica whose lease ran out leaves the job to whoever
 * claims it. Rows of the journal name their job by its ordinal in the group, which comes back for each that was inserted.
 */
const ACCEPT_BEGUN = statement({
  name: 'accept-begun',
  text: `
with given as (
  select * from ${GIVEN.numbered('t')}
), made as (
  insert into job (${namesOf(WRITTEN)}, due_at, holder, fence, current_step, ${FAILED_COLUMNS})
  select
    ${writtenFrom('g', WRITTEN)},
    case when r.holder is null then clock_timestamp() end, r.holder, hashtextextended(gen_random_uuid()::text, 0),
    case when r.holder is not null then g.current_step end, ${failureFrom('g.failure::json')}
  from given g left join replica r on r.holder = $${GIVEN.next}::bigint and r.expires_at > clock_timestamp()
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, holder, fence, 0 as was, last_seq as now, false as over, callbacks
), rows as (
  insert into journal (job_id, tenant, ${namesOf(JOURNAL_COLUMNS)})
  select m.id, m.tenant, ${writtenFrom('t', JOURNAL_COLUMNS)}
  from ${ROWS.as('t')}
  join given g on g.ord = t.ord
  join made m on m.nonce = g.nonce
), ${insertMessages('made')}
select nonce, holder is not null as owned, fence, exists (select from told) as told from made`,
})

type MadeRow = { nonce: string; owned: boolean; fence: string; told: boolean }

/** Accepts them, in one statement. `holder` runs them. */
export async function acceptBegunJobs(
  database: Database,
  jobs: readonly BegunJob[],
  holder: string,
): Promise<Acceptance[]> {
  const values = [...GIVEN.values(jobs), holder, ...ROWS.values(firstRowsOf(jobs))]
  const made = new Map((await database.query<MadeRow>(ACCEPT_BEGUN, values)).map((row) => [row.nonce, row]))
  return jobs.map(({ job, rows: { length: rows } }) => {
    const row = made.get(job.nonce)
    if (row === undefined) return { kind: 'id-taken' }
    const { owned, fence, told } = row
    return { kind: 'accepted', owned, fence, rows, told }
  })
}
