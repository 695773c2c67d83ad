import type { Database } from '../client.ts'
import { type GivenColumn, GivenRows, namesOf, writtenFrom } from '../givenRows.ts'
import { firstJournalRows, firstRowsOf, JOURNAL_COLUMNS } from '../journal/journalColumns.ts'
import { countTold, rowsOf } from '../journal/rows.ts'
import { statement } from '../statement.ts'
import { FAILED_COLUMNS, failureFrom } from './failure.ts'
import { insertMessages } from './insertMessages.ts'
import type { Acceptance, NewJob } from './newJob.ts'
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

/**
 * A job that goes on as soon as it is accepted, here or in the queue, without labels, callbacks, secret inputs, a moment
 * of its own or a parent.
 */
export type OpenJob = GivenJob & { readonly over: null }

/** The job with what its first steps gave, if it is one of these. */
export function asOpen(job: NewJob): OpenJob | null {
  const { progress, labelRows, labels, callbacks, parent, sealedInputs, schedule, scheduledFor } = job
  if (progress.state !== 'running' && progress.state !== 'queued') return null
  if (scheduledFor !== null || parent !== undefined || sealedInputs !== undefined || schedule !== undefined) return null
  if (labels !== null || labelRows.length > 0 || callbacks !== null) return null
  const { entries } = progress
  const begun = progress.state === 'running' ? progress : null
  return { job, begun, over: null, lastSeq: countTold(entries), entries: null, rows: rowsOf(entries) }
}

const OWNED: GivenColumn<GivenJob> = ['owned', 'bool', ({ job }) => job.owned]

const WRITTEN = [...NEW_JOB_COLUMNS, CREATED_BY, STATE, ...BEGUN_COLUMNS, JOURNAL_ROWS]
const GIVEN = new GivenRows<OpenJob>(1, [...WRITTEN, CURRENT_STEP, FAILURE, OWNED, ...KEY_COLUMNS])

/** Their rows of the journal; the parameter in between is the holder. */
const ROWS = firstJournalRows(GIVEN.next + 1)

/**
 * Accepts jobs that go on: what one with a step with effects costs before that step. As `accept` does it for any job,
 * without what these don't need.
 *
 * Plan: the arrays drive; the replica's row is looked up once. Locks: jobs are inserted in order of their keys, so
 * concurrent groups wait for each other and never in a circle. A replica whose lease ran out leaves the job to whoever
 * claims it. Rows of the journal name their job by its ordinal in the group. A row comes back for each job.
 */
function acceptOpen({ name, keys }: { readonly name: string; readonly keys: boolean }) {
  return statement({
    name,
    text: `
with given as (
  select * from ${GIVEN.numbered('t')}
), ${keys ? `${TAKE_KEYS},` : ''} made as (
  insert into job (${namesOf(WRITTEN)}, due_at, holder, fence, current_step, ${FAILED_COLUMNS})
  select
    ${writtenFrom('g', WRITTEN)},
    case when r.holder is null then clock_timestamp() end, r.holder, hashtextextended(gen_random_uuid()::text, 0),
    case when r.holder is not null then g.current_step end, ${failureFrom('g.failure::json')}
  from given g
  ${keys ? OWN_KEY : ''}
  left join replica r on g.owned and r.holder = $${GIVEN.next}::bigint and r.expires_at > clock_timestamp()
  ${keys ? `where ${MAY_BE_MADE}` : ''}
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
select g.nonce, m.fence, m.holder is not null as owned, ${keys ? KEY_ANSWER : 'false as took_key, false as was_free'},
       exists (select from told) as told
from given g
${keys ? `${OWN_FREE} ${OWN_KEY}` : ''}
left join made m on m.nonce = g.nonce`,
  })
}

const ACCEPT_OPEN = acceptOpen({ name: 'accept-open', keys: false })

/** For a group of which some have a key. */
const ACCEPT_OPEN_KEYED = acceptOpen({ name: 'accept-open-keyed', keys: true })

/** `fence` is null where the job was not made. */
type OpenRow = KeyAnswer & { nonce: string; fence: string | null; owned: boolean; told: boolean }

/** Accepts them, in one statement. `holder` runs those that it goes on with. */
export async function acceptOpenJobs(
  database: Database,
  jobs: readonly OpenJob[],
  holder: string,
): Promise<Acceptance[]> {
  const keyed = jobs.some(({ job }) => job.idempotency !== null)
  const values = [...GIVEN.values(jobs), holder, ...ROWS.values(firstRowsOf(jobs))]
  const rows = await database.query<OpenRow>(keyed ? ACCEPT_OPEN_KEYED : ACCEPT_OPEN, values)
  const answers = new Map(rows.map((row) => [row.nonce, row]))
  return Promise.all(jobs.map((given) => readOpen(database, given, answers.get(given.job.nonce))))
}

async function readOpen(database: Database, given: OpenJob, row: OpenRow | undefined): Promise<Acceptance> {
  if (row === undefined || row.fence === null) return readRefusal(database, given, row)
  const { owned, fence, told } = row
  return { kind: 'accepted', owned, fence, rows: given.rows.length, told }
}
