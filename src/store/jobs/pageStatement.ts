import { Prisma } from '../generated/client.ts'
import { FAILURE_COLUMNS } from './failure.ts'
import type { JobFilters, JobQuery } from './jobList.ts'
import { answeredBy, beginsWith, inOrder, leading, MAX_JOBS_LOOKED_AT } from './leading.ts'

/**
 * A page: the jobs behind a place that fit, one more than it shows, and where the look for them ended if it ended before
 * there were so many. Always at least one row, whose `id` is null where no job fits.
 *
 * Plan: one index gives (created_at, id) in the list's order (leading.ts); each job is looked up by its primary key and the
 * other filters are applied to it, until the page is full or MAX_LOOKED_AT were looked at. `offset 0` keeps the planner from
 * looking for all of the tenant's jobs instead of this one. No locks.
 */
export function pageStatement(query: JobQuery, few: boolean): Prisma.Sql {
  const { tenant, filters, limit } = query
  const fits = residual(filters, few)
  // Where the index says it all, nothing is looked at in vain.
  const most = fits.length === 0 ? limit + 1 : MAX_JOBS_LOOKED_AT
  const found = leading(query, few, most)
  const order = inOrder(query, Prisma.sql`l.created_at`, Prisma.sql`l.id`)
  const ended =
    fits.length === 0
      ? Prisma.sql`select null::timestamptz as created_at, null::text as id`
      : Prisma.sql`
        select * from (select * from (${found}) l order by ${order} offset ${Prisma.raw(String(most - 1))} limit 1) last
        where c.shown <= ${limit}`
  return Prisma.sql`
    with page as materialized (
      select l.created_at as "createdAt", j.id, j.name, j.state, j.scheduled_for as "scheduledFor",
             j.started_at as "startedAt", j.finished_at as "finishedAt", j.created_by as "createdBy",
             coalesce(j.takeovers_total, 0) as takeovers, ${Prisma.raw(FAILURE_COLUMNS)}, j.current_step as "currentStep", j.labels,
             j.definition_name as "definitionName", j.definition_version as "definitionVersion"
      from (${found}) l,
      lateral (select * from job where id = l.id and tenant = ${tenant} offset 0) j
      ${fits.length === 0 ? Prisma.empty : Prisma.sql`where ${Prisma.join(fits, ' and ')}`}
      order by ${order}
      limit ${Prisma.raw(String(limit + 1))}
    )
    select p.*, e.created_at as "endedAt", e.id as "endedId"
    from (select count(*) as shown from page) c
    left join lateral (${ended}) e on true
    left join page p on true
    order by ${inOrder(query, Prisma.sql`p."createdAt"`, Prisma.sql`p.id`)}`
}

/** The filters that the leading index does not answer. */
function residual(filters: JobFilters, few: boolean): Prisma.Sql[] {
  const answered = answeredBy(filters, few)
  const conditions: Prisma.Sql[] = []
  const add = <Name extends keyof JobFilters>(
    name: Name,
    condition: (value: NonNullable<JobFilters[Name]>) => Prisma.Sql,
  ): void => {
    const value = filters[name]
    if (value != null && name !== answered) conditions.push(condition(value))
  }
  add('idPrefix', (prefix) => beginsWith(Prisma.sql`j.id`, prefix))
  add('name', (name) => Prisma.sql`j.name = ${name}`)
  add('definitions', (names) => Prisma.sql`j.definition_name = any(${names})`)
  add('states', (states) => Prisma.sql`j.state = any(${states})`)
  add('failedTypes', (types) => Prisma.sql`j.failed_type = any(${types})`)
  add('failedActions', (actions) => Prisma.sql`j.failed_action = any(${actions})`)
  add('createdBy', (keys) => Prisma.sql`j.created_by = any(${keys})`)
  add('finishedAfter', (moment) => Prisma.sql`j.finished_at > ${new Date(moment)}::timestamptz`)
  add('finishedBefore', (moment) => Prisma.sql`j.finished_at < ${new Date(moment)}::timestamptz`)
  const labels = answered === 'labels[0]' ? filters.labels.slice(1) : filters.labels
  return [
    ...conditions,
    ...labels.map(
      (any) => Prisma.sql`exists (
        select from job_label o where o.job_id = j.id and o.tenant = j.tenant and o.label = any(${any}))`,
    ),
  ]
}

/** Whether no more jobs than a page looks at have ids that begin so, whosever they are. By the primary key, bounded. */
export function countByPrefix(prefix: string): Prisma.Sql {
  return Prisma.sql`
    select count(*)::int as count
    from (select from job where ${beginsWith(Prisma.sql`id`, prefix)} limit ${Prisma.raw(String(MAX_JOBS_LOOKED_AT + 1))}) found`
}
