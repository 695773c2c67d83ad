import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { WaitState } from './write.ts'

/** A wait for a person or an event as it is stored, with what is told of its job. JSON is text. */
export type StoredWait = {
  readonly tenant: string
  readonly id: string
  readonly kind: 'ask' | 'signal'
  readonly job_id: string
  readonly job_name: string | null
  readonly path: string
  readonly asked_at: number
  readonly until: number | null
  readonly content: string
  readonly state: WaitState
  readonly answer: string | null
  /** The job's tags, metadata and so on; null: none. */
  readonly labels: string | null
}

/** What is closed but not yet on record is told as it will be. */
const COLUMNS = `
  w.tenant, w.id, w.kind, w.job_id, j.name as job_name, w.path, w.asked_at, w.until, w.content, w.answer, j.labels,
  case when w.state <> 'open' then w.state when j.cancel_at is not null or j.finished_at is not null then 'cancelled'
       when w.until <= clock_timestamp() then 'expired' else 'open' end as state`

/** By wait_id, and primary keys. */
const FIND = statement({
  name: 'find-wait',
  text: `
select ${COLUMNS}
from wait w, lateral (select * from job where id = w.job_id and tenant = w.tenant offset 0) j
where w.tenant = $1 and w.id = $2`,
})

/** The wait with that id; null: there is none. */
export async function findWait(database: Database, tenant: string, id: string): Promise<StoredWait | null> {
  const [row] = await database.query<StoredWait>(FIND, [tenant, id])
  return row ?? null
}

/** What a list of questions is asked for. */
export type QuestionQuery = {
  readonly tenant: string
  readonly jobId: string | null
  /** Each must be one of the job's labels. */
  readonly labels: readonly string[]
  readonly after: { readonly askedAt: number; readonly id: string } | null
}

/** So many are looked at for one page. */
export const MAX_QUESTIONS_LOOKED_AT = 2000

/** Behind everything there can be: where the first page begins. */
const TOP = { askedAt: 253402300799999, id: '' }

/** Whether a question is open, and its job has the labels of $5. */
const FITS = `
  j.cancel_at is null and j.finished_at is null and (w.until is null or w.until > clock_timestamp())
  and not exists (
    select from unnest($5::text[]) as wanted(label)
    where not exists (select from job_label l where l.job_id = w.job_id and l.tenant = w.tenant and l.label = wanted.label))`

/** A range of wait_asked, up to $6 rows, and look-ups by primary key for each. */
const OPEN = statement({
  name: 'open-questions',
  text: `
select ${COLUMNS}, ${FITS} as fits
from (
  select * from wait
  where kind = 'ask' and state = 'open' and tenant = $1 and (asked_at, id) < (to_timestamp($2::float8 / 1000), $3::text)
    and ($4::text is null or job_id = $4)
  order by asked_at desc, id desc limit $6::int
) w, lateral (select * from job where id = w.job_id and tenant = w.tenant offset 0) j
order by w.asked_at desc, w.id desc`,
})

/** Those of one job: a range of the primary key. */
const OF_JOB = statement({
  name: 'open-questions-of-job',
  text: `
select ${COLUMNS}, ${FITS} as fits
from wait w, lateral (select * from job where id = w.job_id and tenant = w.tenant offset 0) j
where w.kind = 'ask' and w.state = 'open' and w.tenant = $1 and (w.asked_at, w.id) < (to_timestamp($2::float8 / 1000), $3::text)
  and w.job_id = $4
order by w.asked_at desc, w.id desc limit $6::int`,
})

/** Open questions behind a place, newest first, and for each whether it fits. */
export function readOpenQuestions(
  database: Database,
  { tenant, jobId, labels, after }: QuestionQuery,
): Promise<(StoredWait & { readonly fits: boolean })[]> {
  const { askedAt, id } = after ?? TOP
  return database.query(jobId === null ? OPEN : OF_JOB, [tenant, askedAt, id, jobId, labels, MAX_QUESTIONS_LOOKED_AT])
}
