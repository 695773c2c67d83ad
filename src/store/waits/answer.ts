import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { wokenBySignal } from './woken.ts'

/** An answer to a wait: to a question, or by its link. */
export type NewAnswer = {
  readonly tenant: string
  readonly jobId: string
  /** The id of the wait. */
  readonly id: string
  /** JSON text. */
  readonly value: string
  /** Who answers, for people. */
  readonly by: string
  /** Who did it, for the audit log. */
  readonly actor: string
}

/**
 * Answers a wait that is open, once: closes it, keeps the answer as a signal until the step takes it, and wakes the job
 * where it waits. The job's row is locked first, as for any signal; of several answers the wait's own row lets the first
 * through, since an update looks again at a row that changed meanwhile. After a cancel, the end and the wait's moment
 * none is taken. Plan: by primary keys.
 */
const ANSWER = statement({
  name: 'answer',
  text: `
with found as materialized (
  select id, tenant, state, holder is not null as held, signals + 1 as number, signals - signals_taken + 1 as pending,
         finished_at is null and cancel_at is null as open
  from job where id = $1 and tenant = $2
  for no key update
), closed as (
  update wait w set
    state = 'answered',
    answer = json_build_object('value', $4::json, 'by', $5::text, 'at', floor(extract(epoch from clock_timestamp()) * 1000)::bigint)
  from found f
  where w.job_id = f.id and w.tenant = f.tenant and w.id = $3 and w.state = 'open' and f.open
    and (w.until is null or w.until > clock_timestamp())
  returning w.id, w.kind, w.path, w.content, w.answer
), kept as (
  insert into signal (job_id, tenant, number, kind, name, body)
  select f.id, f.tenant, f.number, case c.kind when 'ask' then 'answer' else 'signal' end,
         case c.kind when 'ask' then c.path else c.content ->> 'name' end,
         case c.kind when 'ask' then c.answer else $4::json end
  from found f, closed c
), moved as (
  update job set
    signals = f.number, ${wokenBySignal('f')}
  from found f, closed
  where job.id = f.id and job.tenant = f.tenant
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select f.tenant, $6, case c.kind when 'ask' then 'question.answered' else 'job.signalled' end, $7,
         case c.kind when 'ask' then c.id else f.id end, json_build_object('job', f.id, 'step', c.path, 'by', $5::text)
  from found f, closed c
)
select f.held, f.pending from found f, closed`,
})

/** What became of an answer. `held`: a replica runs the job now; `pending`: what is kept for the job, this included. */
export type AnswerTaken = { readonly held: boolean; readonly pending: number }

/** Null: the wait is not open, or not there, and nothing was done. */
export async function answerWait(database: Database, answer: NewAnswer): Promise<AnswerTaken | null> {
  const { jobId, tenant, id, value, by, actor } = answer
  const values = [jobId, tenant, id, value, by, randomUUIDv7(), actor]
  const [row] = await database.query<AnswerTaken>(ANSWER, values)
  return row ?? null
}
