import { namesOf, writtenFrom } from '../givenRows.ts'
import { JOURNAL_COLUMNS } from '../journal/journalColumns.ts'
import { insertMessages } from './insertMessages.ts'
import { statement } from '../statement.ts'
import { FAILED_COLUMNS, failureFrom } from './failure.ts'
import { HELD, ROWS, RUNS, TAKEN, WAITS } from './recordColumns.ts'

/** Whether the run's end is written: a job with a cancel takes no other end than that. */
const ENDS = `(e.state is not null and (job.cancel_at is null or e.state = 'cancelled'))`
/** Whether the job is given up until something comes: not where a cancel or a signal came before. */
const RESTS = `(e.wait_kind is not null and job.cancel_at is null and job.signals <= e.signals)`

/**
 * Records what runs did: one statement, in which each job's row is written once, fenced by its lock.
 *
 * `moved` writes each job's row where id and fence agree, in order of the keys; everything else joins what it wrote by the
 * run's place in the group, so a run that lost its job writes nothing, also where the run that has the job now stands
 * beside it. What is asked of the row is asked of its newest version, under its lock: a cancel or
 * a signal that was committed while the statement waited is seen. So signals are counted in that row, and in no other table.
 * A write that is tried again after an error whose outcome is unknown finds its rows in the journal already, or the job
 * over: it is left out here, and looked for by `FIND_RECORDED`. So is one whose journal is neither as long as the run
 * believes nor longer by just this write.
 *
 * A journal that is small and whole with the run's end stands in the job's row, as that of a job that was over when it was
 * accepted; where the end is not written, in a row of the journal like any other.
 *
 * Plan: the arrays drive, in order; one look-up of each job, by primary key, and of each signal (`offset 0`, or on an empty
 * table the number alone is looked for).
 */
function recordText(waits: boolean): string {
  return `
with ${waits ? WAITS.given : ''}moved as (
  update job set
    journal_rows = case when ${ENDS} and e.entries is not null then 0 else e.rows + e.count end,
    entries = case when ${ENDS} then e.entries::json end,
    last_seq = job.last_seq + e.told,
    takeovers = case when e.count > 0 then 0 else job.takeovers end,
    current_step = case when not ${ENDS} then e.current_step end,
    failed_seq = e.failed_seq,
    failed_step = e.failed_step,
    (${FAILED_COLUMNS}) = row(${failureFrom('e.failure::json')}),
    ran_ms = job.ran_ms + e.ran_ms,
    signals_taken = job.signals_taken + e.signals_taken,
    state = case when ${RESTS} then 'waiting' when ${ENDS} then e.state else job.state end,
    variables = case when ${ENDS} then e.variables::json end,
    output = case when ${ENDS} then e.output::json end,
    output_omitted = ${ENDS} and e.output_omitted,
    finished_at = case when ${ENDS} then clock_timestamp() end,
    holder = case when not ${ENDS} and not ${RESTS} then job.holder end,
    fence = case when ${RESTS} then hashtextextended(gen_random_uuid()::text, 0) else job.fence end,
    sealed_inputs = case when not ${ENDS} then job.sealed_inputs end,
    progress = case when not ${ENDS} and not ${RESTS} then job.progress end,
    wait_kind = case when ${RESTS} then e.wait_kind end,
    wake_at = case when ${RESTS} then to_timestamp(e.wake_at / 1000) end
  from (
    select e.*${waits ? WAITS.asked : ''}
    from ${RUNS.numbered('e')}
    order by e.id, e.tenant
  ) e
  where job.id = e.id and job.tenant = e.tenant and job.fence = e.fence and job.finished_at is null and job.journal_rows = e.rows
  returning e.ord, job.id, job.tenant, job.cancel_at, job.finished_at, job.signals, job.journal_rows as rows, job.callbacks,
            job.state = 'waiting' as suspended, job.finished_at is not null as over, job.last_seq - e.told as was, job.last_seq as now,
            case when job.finished_at is null then e.entries end as entries, e.variables${waits ? ', e.asked' : ''}
), ${waits ? WAITS.write : ''}done as (
  insert into journal (job_id, tenant, ${namesOf(JOURNAL_COLUMNS)})
  select m.id, m.tenant, ${writtenFrom('r', JOURNAL_COLUMNS)}
  from ${ROWS.as('r')}
  join moved m on m.ord = r.ord
  union all
  select id, tenant, 1, 1, now, null, entries::json, variables::json from moved where entries is not null
), used as (
  delete from signal s
  using (select m.id, m.tenant, u.number from ${TAKEN.as('u')} join moved m on m.ord = u.ord offset 0) u
  where s.job_id = u.id and s.tenant = u.tenant and s.number = u.number
), ${insertMessages('moved', { waits })}
select ord::int, cancel_at is not null as cancelled, signals, finished_at, rows, suspended, exists (select from told) as told
from moved`
}

const RECORD = statement({ name: 'record', text: recordText(false) })
const RECORD_WAITS = statement({ name: 'record-waits', text: recordText(true) })

/** For a group in which no wait begins or ends; and for one in which some do. */
export const RECORDS = { plain: RECORD, waits: RECORD_WAITS }

/**
 * How the jobs of writes stand that `moved` left out: what was written before, or can't be. One that it would have written is
 * none of them. By primary key.
 */
export const FIND_RECORDED = statement({
  name: 'find-recorded',
  text: `
select e.ord, j.cancel_at is not null as cancelled, j.signals, j.finished_at, j.journal_rows as rows,
       false as suspended, false as told
from ${HELD.as('e')}
join job j on j.id = e.id and j.tenant = e.tenant and j.fence = e.fence
where j.finished_at is not null or j.journal_rows <> e.rows`,
})
