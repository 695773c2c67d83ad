import type { Database } from '../client.ts'
import { type GivenColumn, GivenRows, namesOf, writtenFrom } from '../givenRows.ts'
import { firstJournalRows, firstRowsOf, JOURNAL_COLUMNS } from '../journal/journalColumns.ts'
import { countTold, rowsOf } from '../journal/rows.ts'
import { statement } from '../statement.ts'
import { ownEntries } from './acceptFinished.ts'
import { FAILED_COLUMNS, failureFrom } from './failure.ts'
import { insertMessages } from './insertMessages.ts'
import type { Acceptance, NewJob } from './newJob.ts'
import {
  BEGUN_COLUMNS,
  CREATED_BY,
  CURRENT_STEP,
  END_COLUMNS,
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

/** What the job's row gets as it is given. */
const WRITTEN: readonly GivenColumn<GivenJob>[] = [
  ...NEW_JOB_COLUMNS,
  ...BEGUN_COLUMNS,
  ...END_COLUMNS,
  JOURNAL_ROWS,
  ['scheduled_for', 'moment', ({ job }) => job.scheduledFor],
  ['labels', 'json', ({ job }) => job.labels],
  ['callbacks', 'json', ({ job }) => job.callbacks],
  ['sealed_inputs', 'text', ({ job, over }) => (over === null ? (job.sealedInputs ?? null) : null)],
  ['schedule', 'text', ({ job }) => job.schedule ?? null],
]

const GIVEN = new GivenRows<GivenJob>(1, [
  ...WRITTEN,
  CREATED_BY,
  STATE,
  CURRENT_STEP,
  FAILURE,
  ...KEY_COLUMNS,
  ['owned', 'bool', ({ job }) => job.owned],
  ['child', 'text', ({ job: { parent } }) => parent && JSON.stringify([parent.jobId, parent.step, parent.fence])],
])

/** The parameter in between is the holder. */
const ROWS = firstJournalRows(GIVEN.next + 1)

type Label = { readonly ord: number; readonly label: string }

const LABELS = new GivenRows<Label>(ROWS.next, [
  ['ord', 'int', ({ ord }) => ord],
  ['label', 'text', ({ label }) => label],
])

/**
 * Accepts a group of jobs, each with its key, its labels, its first steps, and its end if it has one. One statement, one commit.
 *
 * Plan: the arrays drive everything; single-row look-ups by primary key. Locks: keys and jobs are inserted in order of
 * their keys, so concurrent groups wait for each other and never in a circle. Journal rows and labels name their job by its
 * ordinal in the group. The holder joins the replica's live row: a replica whose lease ran out leaves the job to whoever
 * claims it. A child gets the key of its parent, and is made only where that is still held under the fence of the run that asks.
 */
const ACCEPT = statement({
  name: 'accept',
  text: `
with given as (
  select * from ${GIVEN.numbered('t')}
), ${TAKE_KEYS}, j as (
  insert into job (
    ${namesOf(WRITTEN)}, ${FAILED_COLUMNS},
    created_by, parent, parent_step, state, due_at, wake_at, holder, fence, current_step
  )
  select
    ${writtenFrom('g', WRITTEN)}, ${failureFrom('g.failure::json')},
    coalesce(p.created_by, g.created_by), p.id, g.child::json ->> 1,
    case g.state when 'held-back' then 'scheduled' else g.state end,
    case when g.finished_at is null and g.state not in ('scheduled', 'held-back') and (not g.owned or r.holder is null) then clock_timestamp() end,
    case when g.state = 'scheduled' then to_timestamp(g.scheduled_for / 1000) end,
    case when g.owned and g.finished_at is null then r.holder end, hashtextextended(gen_random_uuid()::text, 0),
    case when g.owned and r.holder is not null then g.current_step end
  from given g
  ${OWN_KEY}
  left join replica r on r.holder = $${GIVEN.next}::bigint and r.expires_at > clock_timestamp()
  left join job p on p.id = g.child::json ->> 0 and p.tenant = g.tenant and p.fence = (g.child::json ->> 2)::bigint
  where ${MAY_BE_MADE} and (g.child is null or p.id is not null)
  order by g.id, g.tenant
  on conflict (id, tenant) do nothing
  returning id, tenant, nonce, holder, fence, created_at, 0 as was, last_seq as now, finished_at is not null as over, callbacks
), made as (
  select g.ord, j.* from j join given g on g.id = j.id and g.tenant = j.tenant and g.nonce = j.nonce
), rows as (
  insert into journal (job_id, tenant, ${namesOf(JOURNAL_COLUMNS)})
  select m.id, m.tenant, ${writtenFrom('t', JOURNAL_COLUMNS)}
  from ${ROWS.as('t')}
  join made m on m.ord = t.ord
), l as (
  insert into job_label (job_id, tenant, label, created_at)
  select m.id, m.tenant, t.label, m.created_at
  from ${LABELS.as('t')}
  join made m on m.ord = t.ord
), ${insertMessages('j')}
select m.id is not null as made, ${KEY_ANSWER}, m.holder, m.fence,
       exists (select from told) as told
from given g
${OWN_FREE}
${OWN_KEY}
left join made m on m.ord = g.ord
order by g.ord`,
})

type AcceptRow = KeyAnswer & {
  made: boolean
  holder: string | null
  fence: string | null
  told: boolean
}

/** Accepts jobs, in one statement. `holder` runs those that it goes on with. */
export async function acceptJobs(database: Database, jobs: readonly NewJob[], holder: string): Promise<Acceptance[]> {
  const given = jobs.map(givenOf)
  const rows = await database.query<AcceptRow>(ACCEPT, [
    ...GIVEN.values(given),
    holder,
    ...ROWS.values(firstRowsOf(given)),
    ...LABELS.values(jobs.flatMap(({ labelRows }, i) => labelRows.map((label) => ({ ord: i + 1, label })))),
  ])
  return Promise.all(given.map((job, i) => readAcceptance(database, job, rows[i])))
}

function givenOf(job: NewJob): GivenJob {
  const { progress } = job
  const entries = 'entries' in progress ? progress.entries : []
  const rows = rowsOf(entries)
  const begun = 'startedAt' in progress ? progress : null
  const over = 'finishedAt' in progress ? progress : null
  const own = over === null ? null : ownEntries(rows)
  return { job, begun, over, lastSeq: countTold(entries), entries: own, rows: own === null ? rows : [] }
}

async function readAcceptance(database: Database, given: GivenJob, row: AcceptRow | undefined): Promise<Acceptance> {
  if (row?.made !== true) return readRefusal(database, given, row)
  const { holder, fence, told } = row
  return { kind: 'accepted', owned: holder !== null, fence: fence ?? '0', rows: given.rows.length, told }
}
