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
  ['key', 'text', ({ job }) => job.idempotency?.key ?? null],
  ['hash', 'bytea', ({ job }) => job.idempotency?.hash ?? null],
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
 * their keys, so concurrent groups wait for each other and never in a circle. A key that is older than 24 hours is
 * taken over in place; of several jobs with one key in a group the first takes it. A job whose id exists takes no key:
 * `free` looks before, and `acceptJobs` clears up in the one case where the other job was committed between that look and
 * the insert. Journal rows and labels name their job by its ordinal in the group. The holder joins the replica's live row:
 * a replica whose lease ran out leaves the job to whoever claims it. A child gets the key of its parent, and is made only
 * where that is still held under the fence of the run that asks.
 */
const ACCEPT = statement({
  name: 'accept',
  text: `
with given as (
  select * from ${GIVEN.numbered('t')}
), free as (
  select distinct on (g.key, g.tenant) g.* from given g
  where g.key is not null and not exists (select from job j where j.id = g.id and j.tenant = g.tenant)
  order by g.key, g.tenant, g.ord
), k as (
  insert into idempotency_key as i (key, tenant, body_hash, job_id, nonce)
  select key, tenant, hash, id, nonce from free order by key, tenant
  on conflict (key, tenant) do update
    set body_hash = excluded.body_hash, job_id = excluded.job_id, nonce = excluded.nonce, created_at = excluded.created_at
    where i.created_at < clock_timestamp() - interval '24 hours'
  returning key, tenant, nonce
), j as (
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
  left join k on k.key = g.key and k.tenant = g.tenant and k.nonce = g.nonce
  left join replica r on r.holder = $${GIVEN.next}::bigint and r.expires_at > clock_timestamp()
  left join job p on p.id = g.child::json ->> 0 and p.tenant = g.tenant and p.fence = (g.child::json ->> 2)::bigint
  where (g.key is null or k.key is not null) and (g.child is null or p.id is not null)
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
select m.id is not null as made, k.key is not null as took_key, f.key is not null as was_free, m.holder, m.fence,
       exists (select from told) as told
from given g
left join free f on f.ord = g.ord
left join k on k.key = g.key and k.tenant = g.tenant and k.nonce = g.nonce
left join made m on m.ord = g.ord
order by g.ord`,
})

/** Gives a key back that was taken for a job whose id turned out to be taken. By primary key; one row. */
const FREE_KEY = statement({
  name: 'free-key',
  text: 'delete from idempotency_key where key = $1 and tenant = $2 and nonce = $3',
})

type AcceptRow = {
  made: boolean
  took_key: boolean
  was_free: boolean
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

async function readAcceptance(
  database: Database,
  { job, rows }: GivenJob,
  row: AcceptRow | undefined,
): Promise<Acceptance> {
  if (row === undefined) throw new TypeError('ACCEPT gives a row for each job')
  if (row.made) {
    return { kind: 'accepted', owned: row.holder !== null, fence: row.fence ?? '0', rows: rows.length, told: row.told }
  }
  if (job.idempotency === null) return { kind: 'id-taken' }
  if (!row.was_free || !row.took_key) return { kind: 'key-taken' }
  await database.query(FREE_KEY, [job.idempotency.key, job.tenant, job.nonce])
  return { kind: 'id-taken' }
}
