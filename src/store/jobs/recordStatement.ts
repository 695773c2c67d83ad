import { insertMessages } from '../messages/insert.ts'
import { statement } from '../statement.ts'
import { ASKED, GIVEN_WAITS, WRITE_WAITS } from '../waits/write.ts'
import { failureFrom } from './failure.ts'

/**
 * Records what runs did: one statement, fenced by row locks.
 *
 * `held` locks each job row (FOR NO KEY UPDATE, in order of the keys) where id and fence agree; everything else joins
 * what was locked, so a run that lost its job writes nothing. A write that is tried again after an error whose outcome
 * is unknown finds its rows in the journal already, or the job over, under its own fence: `fresh` leaves it out, and it is
 * answered as written. A journal that is neither as long as the run believes nor longer by just this write is not the
 * run's: nothing is written.
 *
 * A suspended job is given up with its record, under the same lock: where a cancel or a signal came before, it is not
 * suspended. Signals are counted in the job's row, because the lock is on that row: what was committed while the
 * statement waited for it is seen there and in no other table. Plan: the arrays drive; look-ups by primary key.
 */
function recordText(waits: boolean): string {
  return `
with held as materialized (
  select j.id, j.tenant, j.cancel_at, j.finished_at, j.callbacks, j.signals, j.journal_rows as had, j.last_seq as was,
         e.rows, e.count, j.last_seq + e.told as now,
         case when j.cancel_at is null or e.state = 'cancelled' then e.state end as state,
         e.wait_kind is not null and j.cancel_at is null and j.signals <= e.signals as suspended,
         e.failed_seq, e.failed_step, e.failure::json as failure, e.current_step, e.variables, e.output, e.output_omitted, e.ran,
         e.wait_kind, to_timestamp(e.wake / 1000) as wake_at, e.taken
  from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[], $9::int[],
              $10::text[], $11::text[], $12::text[], $13::bool[], $14::int[], $15::text[], $16::float8[], $17::int[], $18::int[], $19::text[])
       as e(id, tenant, fence, rows, count, told, current_step, state, failed_seq, failed_step, variables, output,
            output_omitted, ran, wait_kind, wake, signals, taken, failure)
  join job j on j.id = e.id and j.tenant = e.tenant and j.fence = e.fence
  order by e.id, e.tenant
  for no key update of j
), ${waits ? GIVEN_WAITS : ''}fresh as materialized (
  select held.*, held.state is not null as over${waits ? ASKED : ''} from held where finished_at is null and had = rows
), ${waits ? WRITE_WAITS : ''}done as (
  insert into journal (job_id, tenant, number, first_seq, told, path, entries, variables)
  select r.job_id, r.tenant, r.number, r.first_seq, r.told, r.path, r.entries::json, r.variables::json
  from unnest($20::text[], $21::text[], $22::int[], $23::int[], $24::int[], $25::text[], $26::text[], $27::text[])
       as r(job_id, tenant, number, first_seq, told, path, entries, variables)
  join fresh f on f.id = r.job_id and f.tenant = r.tenant
), used as (
  delete from signal s
  using unnest($28::text[], $29::text[], $30::int[]) as u(job_id, tenant, number), fresh f
  where s.job_id = u.job_id and s.tenant = u.tenant and s.number = u.number and f.id = u.job_id and f.tenant = u.tenant
), moved as (
  update job set
    journal_rows = f.had + f.count,
    last_seq = f.now,
    takeovers = case when f.count > 0 then 0 else job.takeovers end,
    current_step = case when f.state is null then f.current_step end,
    failed_seq = f.failed_seq,
    failed_step = f.failed_step,
    (failed_action, failed_status, failed_type, failed_message) = row(${failureFrom('f.failure')}),
    ran_ms = job.ran_ms + f.ran,
    signals_taken = job.signals_taken + f.taken,
    state = case when f.suspended then 'waiting' else coalesce(f.state, job.state) end,
    variables = case when f.state is not null then f.variables::json end,
    output = case when f.state is not null then f.output::json end,
    output_omitted = f.state is not null and f.output_omitted,
    finished_at = case when f.state is not null then clock_timestamp() end,
    holder = case when f.state is null and not f.suspended then job.holder end,
    fence = case when f.suspended then hashtextextended(gen_random_uuid()::text, 0) else job.fence end,
    sealed_inputs = case when f.state is null then job.sealed_inputs end,
    wait_kind = case when f.suspended then f.wait_kind end,
    wake_at = case when f.suspended then f.wake_at end
  from fresh f
  where job.id = f.id and job.tenant = f.tenant
  returning job.id, job.tenant, job.finished_at, job.journal_rows as rows, job.state = 'waiting' as suspended
), ${insertMessages('fresh', { waits })}
select held.id, held.tenant, held.cancel_at is not null as cancelled, held.signals,
       coalesce(moved.finished_at, held.finished_at) as finished_at, coalesce(moved.rows, held.had) as rows,
       coalesce(moved.suspended, false) as suspended, exists (select from told) as told
from held left join moved on moved.id = held.id and moved.tenant = held.tenant`
}

const RECORD = statement({ name: 'record', text: recordText(false) })
const RECORD_WAITS = statement({ name: 'record-waits', text: recordText(true) })

/** For a group in which no wait begins or ends; and for one in which some do. */
export const RECORDS = { plain: RECORD, waits: RECORD_WAITS }
