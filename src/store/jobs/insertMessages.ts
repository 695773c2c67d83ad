/** What differs where waits that began may be among what is told. */
type Parts = { readonly asked: string; readonly listens: string; readonly callback: string; readonly kind: string }

const WITHOUT_WAITS: Parts = { asked: '', listens: 'false', callback: 'false', kind: '' }
const WITH_WAITS: Parts = {
  asked: ', s.asked',
  listens: `'step.waiting' = any(w.events)`,
  callback: 's.asked is not null',
  kind: `when n.seq = any(s.asked) then 'step.waiting'`,
}

/**
 * The CTEs that insert the messages of what a statement records, in that very statement: for the tenant's webhooks that
 * are enabled and listen to that kind of event, and for the job's own callbacks. They end in `told`.
 *
 * `source` names a CTE with one row a job: `id`, `tenant`, `was` and `now` (the last seq before and after), `over`
 * (whether it ended just now), `callbacks`. The seqs in between are its steps, the one behind `now` is its end. With
 * `waits` it has `asked` too: those of the seqs in between that are waits which began, null without any.
 *
 * Plan: one look-up in webhook_told for each tenant of the group (`offset 0`, or all webhooks of all tenants are hashed);
 * where that gives nothing and no job has callbacks, nothing else is done. Locks: only the new rows', and nobody else can
 * insert those, since the job's row is locked or new.
 * An id is a UUID of version 7 (RFC 9562) with the seq in its `rand_a`, so ids of an endpoint are in order of time.
 */
export function insertMessages(source: string, { waits = false } = {}): string {
  const { asked, listens, callback, kind } = waits ? WITH_WAITS : WITHOUT_WAITS
  const wanted = waits ? `where n.seq > s.now or case when n.seq = any(s.asked) then s.hears else s.steps end` : ''
  return `
listener as materialized (
  select w.tenant, w.id, 'step.updated' = any(w.events) as steps, 'job.finished' = any(w.events) as ends, ${listens} as hears
  from (select distinct tenant from ${source}) t,
    lateral (select * from webhook where tenant = t.tenant and enabled offset 0) w
), told as (
  insert into message (job_id, tenant, seq, endpoint, event, id)
  select
    s.id, s.tenant, n.seq, s.endpoint,
    case when n.seq > s.now then 'job.finished' ${kind} else 'step.updated' end,
    'msg_' || overlay(
      gen_random_uuid()::text placing
      (select left(h, 8) || '-' || right(h, 4) from lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') h)
      || '-7' || lpad(to_hex(n.seq & 4095), 3, '0') from 1 for 18)
  from (
    select s.id, s.tenant, s.was, s.now, s.over${asked}, l.id as endpoint, l.steps, l.ends, l.hears
    from listener l join ${source} s on s.tenant = l.tenant
    union all
    select s.id, s.tenant, s.was, s.now, s.over${asked}, s.callbacks -> 'on_step_update' ->> 'endpoint', true, false, ${callback}
    from ${source} s where s.callbacks is not null and s.callbacks -> 'on_step_update' is not null
    union all
    select s.id, s.tenant, s.was, s.now, s.over${asked}, s.callbacks -> 'on_job_finish' ->> 'endpoint', false, true, false
    from ${source} s where s.callbacks is not null and s.callbacks -> 'on_job_finish' is not null
  ) s, lateral generate_series(
    case when s.steps or s.hears then s.was + 1 else s.now + 1 end,
    case when s.over and s.ends then s.now + 1 else s.now end
  ) as n(seq)
  ${wanted}
  returning 1
)`
}
