import { Prisma } from '../generated/client.ts'
import type { JobFilters, JobQuery } from './jobList.ts'

/** A page looks at no more jobs than this: a filter that matches little gives short pages, never long queries. */
export const MAX_JOBS_LOOKED_AT = 10_000

/** Which index gives the jobs of a page in the list's order, and which filters it answers. */
type Lead = {
  readonly table: 'job' | 'job_label'
  /** One condition for each value that is asked for; of several the job has any. */
  readonly conditions: readonly Prisma.Sql[]
  readonly answers: keyof JobFilters | 'labels[0]' | null
}

/**
 * The next jobs behind a place, as (created_at, id), at most `most`: one index from a place on, or one range of it for each
 * value that is asked for, merged. Filters that it does not answer are looked at row by row.
 *
 * @param few the prefix of ids that is asked for has few jobs: the primary key leads
 */
export function leading(query: JobQuery, few: boolean, most: number): Prisma.Sql {
  const { tenant, filters } = query
  if (few && filters.idPrefix !== undefined) return byId(query, most)
  const { table, conditions } = leadOf(filters)
  const id = Prisma.raw(table === 'job' ? 'id' : 'job_id')
  const order = inOrder(query, Prisma.sql`created_at`, id)
  const ranges = conditions.map(
    (condition) => Prisma.sql`
      select created_at, ${id} as id from ${Prisma.raw(table)}
      where tenant = ${tenant} and ${condition} and ${between(query, id)} order by ${order} limit ${Prisma.raw(String(most))}`,
  )
  const [only] = ranges
  if (ranges.length === 1 && only !== undefined) return only
  const merged = Prisma.join(
    ranges.map((range) => Prisma.sql`(${range})`),
    ' union all ',
  )
  // A job that has two of the labels comes twice.
  return Prisma.sql`
    select distinct created_at, id from (${merged}) any_of
    order by ${inOrder(query, Prisma.sql`created_at`, Prisma.sql`id`)} limit ${Prisma.raw(String(most))}`
}

/** Which filter the leading index answers, so that nobody looks at it again. */
export function answeredBy(filters: JobFilters, few: boolean): Lead['answers'] {
  return few && filters.idPrefix !== undefined ? 'idPrefix' : leadOf(filters).answers
}

/** The narrowest first. A predicate of a partial index must stand in the text, or it is never used. */
function leadOf({ name, definitions, failedTypes, failedActions, labels, states }: JobFilters): Lead {
  const job = (conditions: Prisma.Sql[], answers: Lead['answers']): Lead => ({ table: 'job', conditions, answers })
  if (name !== undefined) return job([Prisma.sql`name = ${name}`], 'name')
  const [label] = labels
  if (label !== undefined) {
    return {
      table: 'job_label',
      conditions: label.map((one) => Prisma.sql`label = ${one}`),
      answers: 'labels[0]',
    }
  }
  if (definitions !== undefined)
    return job(
      definitions.map((one) => Prisma.sql`definition_name = ${one}`),
      'definitions',
    )
  if (failedTypes !== undefined)
    return job(
      failedTypes.map((one) => Prisma.sql`failed_type = ${one}`),
      'failedTypes',
    )
  if (failedActions !== undefined)
    return job(
      failedActions.map((one) => Prisma.sql`failed_action = ${one}`),
      'failedActions',
    )
  if (states !== undefined && !states.includes('succeeded'))
    return job(
      states.map((one) => Prisma.sql`state = ${one} and state <> 'succeeded'`),
      'states',
    )
  return job([Prisma.sql`true`], null)
}

/** All jobs whose ids begin alike, by the primary key; then in order. `offset 0` keeps other indexes out of it. */
function byId(query: JobQuery, most: number): Prisma.Sql {
  const id = Prisma.sql`id`
  return Prisma.sql`
    select created_at, id from (
      select created_at, id from job where ${beginsWith(id, query.filters.idPrefix ?? '')} and tenant = ${query.tenant} offset 0
    ) found
    where ${between(query, id)}
    order by ${inOrder(query, Prisma.sql`created_at`, id)} limit ${Prisma.raw(String(most))}`
}

/** Ids are ASCII, below `~`. */
export function beginsWith(id: Prisma.Sql, prefix: string): Prisma.Sql {
  return Prisma.sql`${id} >= ${prefix} and ${id} < ${`${prefix}~`}`
}

/** Behind the place, and within the moments. The first condition is what makes the list's own indexes usable. */
function between({ after, order, filters }: JobQuery, id: Prisma.Sql): Prisma.Sql {
  const { createdAfter, createdBefore, finishedBefore } = filters
  const behind = Prisma.raw(order === 'oldest' ? '>' : '<')
  const at = (moment: number): Prisma.Sql => Prisma.sql`${new Date(moment)}::timestamptz`
  return Prisma.join(
    [
      Prisma.sql`created_at > '-infinity'`,
      ...(after === null ? [] : [Prisma.sql`(created_at, ${id}) ${behind} (${at(after.createdAt)}, ${after.id})`]),
      ...(createdAfter === undefined ? [] : [Prisma.sql`created_at > ${at(createdAfter)}`]),
      ...(createdBefore === undefined ? [] : [Prisma.sql`created_at < ${at(createdBefore)}`]),
      ...(finishedBefore === undefined ? [] : [Prisma.sql`created_at < ${at(finishedBefore + SKEW_MS)}`]),
    ],
    ' and ',
  )
}

/** A job is over after it was accepted; which of two clocks told when is not looked at so closely. */
const SKEW_MS = 60_000

/** The list's order. */
export function inOrder({ order }: JobQuery, at: Prisma.Sql, id: Prisma.Sql): Prisma.Sql {
  return order === 'oldest' ? Prisma.sql`${at}, ${id}` : Prisma.sql`${at} desc, ${id} desc`
}
