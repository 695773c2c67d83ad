import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import { wokenBySignal } from '../waits/woken.ts'

/** A job that a step made, as the run that waits for it looks for it. */
export type MadeChild = { readonly id: string; readonly parent: string | null; readonly parent_step: string | null }

/** By primary keys. */
const MADE = statement({
  name: 'made-children',
  text: 'select id, parent, parent_step from job where id = any($1::text[]) and tenant = $2',
})

/** Which jobs with some ids there are, and whose children they are. */
export function findMade(database: Database, tenant: string, ids: readonly string[]): Promise<MadeChild[]> {
  return database.query<MadeChild>(MADE, [ids, tenant])
}

/** A parent that was told of the ends of children. */
export type ToldParent = {
  readonly tenant: string
  readonly id: string
  /** A replica runs it; else it was woken. */
  readonly held: boolean
}

/**
 * Tells parents of up to $1 children that are over, by whichever replica asks: the end of each becomes a message to its
 * parent, which is woken as by a signal (waits/signal.ts), and the child is noted as told, in one statement. A parent that
 * is over, or gone, needs no message.
 *
 * Plan: job_child from its start, then primary keys. Locks: SKIP LOCKED on both, so nobody waits for anybody; a child whose
 * parent is being written at this moment is left for the next look.
 */
const TELL = statement({
  name: 'tell-parents',
  text: `
with ended as materialized (
  select id, tenant, parent, state, output, finished_at, failed_step, failed_type, failed_message
  from job where parent is not null and parent_told is not true and finished_at > '-infinity'
  limit $1::int
  for no key update skip locked
), parents as materialized (
  select p.id, p.tenant, p.finished_at is not null as over, p.holder is not null as held, p.state, p.signals
  from (select distinct parent, tenant from ended) e, lateral (
    select * from job where id = e.parent and tenant = e.tenant for no key update skip locked
  ) p
), numbered as materialized (
  select e.*, (p.signals + row_number() over (partition by p.id, p.tenant order by e.finished_at, e.id))::int as number
  from parents p join ended e on e.parent = p.id and e.tenant = p.tenant
  where not p.over
), kept as (
  insert into signal (job_id, tenant, number, kind, name, body)
  select parent, tenant, number, 'child', id, json_build_object(
    'success', state = 'succeeded',
    'output', output,
    'error', case when failed_type is not null then json_build_object(
      'type', failed_type, 'message', failed_message, 'step', failed_step) end)
  from numbered
), moved as (
  update job set
    signals = n.last, ${wokenBySignal('p')}
  from parents p join (select parent, tenant, max(number) as last from numbered group by parent, tenant) n
    on n.parent = p.id and n.tenant = p.tenant
  where job.id = p.id and job.tenant = p.tenant
), told as (
  update job set parent_told = true
  from ended e
  where job.id = e.id and job.tenant = e.tenant and (
    (select p.id from parents p where p.id = e.parent and p.tenant = e.tenant) is not null
    or (select p.id from job p where p.id = e.parent and p.tenant = e.tenant limit 1) is null)
  returning 1
)
select (select count(*)::int from ended) - (select count(*)::int from told) as left, p.id, p.tenant, p.held
from (select) one left join parents p on not p.over`,
})

type TellRow = { left: number } & (ToldParent | { id: null })

/** Gives the parents that were told, and how many children were found and left, because their parents are being written. */
export async function tellParents(database: Database, batch: number): Promise<{ parents: ToldParent[]; left: number }> {
  const rows = await database.query<TellRow>(TELL, [batch])
  const parents = rows.flatMap((row) => (row.id === null ? [] : [{ tenant: row.tenant, id: row.id, held: row.held }]))
  return { parents, left: rows[0]?.left ?? 0 }
}

/**
 * Children whose step is over, or whose parent is: nobody waits for their ends. Noted with the cancel of a child, so that
 * its end is no message that nobody takes. By primary key; one row.
 */
const FORGET = statement({
  name: 'forget-child',
  text: 'update job set parent_told = true where id = $1 and tenant = $2 and parent = $3 and parent_told is not true',
})

/** Nobody waits for the end of a child any more. */
export async function forgetChild(
  database: Database,
  { tenant, id, parent }: { readonly tenant: string; readonly id: string; readonly parent: string },
): Promise<void> {
  await database.query(FORGET, [id, tenant, parent])
}

/** Plan: job_child, then primary keys. A child that was made while its parent ended elsewhere. */
const ORPHANS = statement({
  name: 'orphaned-children',
  text: `
select c.id, c.tenant, c.parent from job c
where c.parent is not null and c.parent_told is not true and c.finished_at is null and c.cancel_at is null
  and (select p.id from job p where p.id = c.parent and p.tenant = c.tenant and p.finished_at is null limit 1) is null
limit 100`,
})

/** Children that are not over though their parents are. */
export function findOrphans(
  database: Database,
): Promise<{ readonly id: string; readonly tenant: string; readonly parent: string }[]> {
  return database.query(ORPHANS, [])
}
