import { Prisma, type PrismaClient } from '../generated/client.ts'
import { FAILURE_COLUMNS } from './failure.ts'
import type { JobFilters, JobPage, JobQuery, JobSummaryRow, ListCursor } from './jobList.ts'

/** A page looks at no more jobs than this: a filter that matches little gives short pages, never long queries. */
const MAX_LOOKED_AT = 2000

type Row = JobSummaryRow & { readonly fits: boolean }

export async function readPage(prisma: PrismaClient, query: JobQuery): Promise<JobPage> {
  const rows = await prisma.$queryRaw<Row[]>(pageStatement(query))
  const jobs: JobSummaryRow[] = []
  for (const [i, row] of rows.entries()) {
    if (row.fits) jobs.push(row)
    if (jobs.length === query.limit) return { jobs, next: i + 1 < rows.length ? cursorOf(row) : null }
  }
  const last = rows.at(-1)
  return { jobs, next: rows.length === MAX_LOOKED_AT && last !== undefined ? cursorOf(last) : null }
}

function cursorOf({ createdAt, id }: Row): ListCursor {
  return { createdAt: createdAt.getTime(), id }
}

/**
 * The next jobs behind a place, and for each whether it fits. Plan: one index gives them in the list's order
 * (job_label_list for a label, job_name for a name, job_rare for a state that few have, else job_list), the rest is
 * looked at row by row, and the limit bounds that. No locks.
 */
export function pageStatement({ tenant, filters, limit, after }: JobQuery): Prisma.Sql {
  const { labels, createdAfter, createdBefore } = filters
  const [label, ...others] = labels
  const driver =
    label === undefined
      ? Prisma.sql`job j`
      : // `offset 0` keeps the planner from looking for all of the tenant's jobs instead of this one.
        Prisma.sql`job_label d, lateral (select * from job where id = d.job_id and tenant = d.tenant offset 0) j`
  const at = label === undefined ? Prisma.sql`j.created_at` : Prisma.sql`d.created_at`
  const id = label === undefined ? Prisma.sql`j.id` : Prisma.sql`d.job_id`
  const owner =
    label === undefined ? Prisma.sql`j.tenant = ${tenant}` : Prisma.sql`d.tenant = ${tenant} and d.label = ${label}`
  const bounds = [
    // What makes the list's own indexes usable: nothing else may mistake them for a primary key.
    Prisma.sql`${at} > '-infinity'`,
    after === null ? null : Prisma.sql`(${at}, ${id}) < (${new Date(after.createdAt)}::timestamptz, ${after.id})`,
    createdAfter === undefined ? null : Prisma.sql`${at} > ${new Date(createdAfter)}::timestamptz`,
    createdBefore === undefined ? null : Prisma.sql`${at} < ${new Date(createdBefore)}::timestamptz`,
    label === undefined ? driving(filters) : null,
  ].filter((bound) => bound !== null)
  const fits = [Prisma.sql`true`, ...residual(filters, others)]
  // Where the index says it all, a page needs one row more than it shows to know whether there is a next one.
  const look = fits.length === 1 ? limit + 1 : MAX_LOOKED_AT
  return Prisma.sql`
    select j.id, j.name, j.state, j.created_at as "createdAt", j.scheduled_for as "scheduledFor", j.started_at as "startedAt", j.finished_at as "finishedAt",
           j.created_by as "createdBy", j.takeovers_total as takeovers, ${Prisma.raw(FAILURE_COLUMNS)}, j.current_step as "currentStep", j.labels,
           (${Prisma.join(fits, ' and ')}) as fits
    from ${driver}
    where ${Prisma.join([owner, ...bounds], ' and ')}
    order by ${at} desc, ${id} desc
    limit ${look}`
}

/** The condition whose index is to lead. A state must stand in the text, or its partial index is never used. */
function driving({ name, state }: JobFilters): Prisma.Sql | null {
  if (name !== undefined) return Prisma.sql`j.name = ${name}`
  if (isRare(state)) return Prisma.sql`j.state = ${state} and j.state <> 'succeeded'`
  return null
}

function residual({ name, state, labels }: JobFilters, others: readonly string[]): Prisma.Sql[] {
  const led = labels.length > 0
  return [
    ...(led && name !== undefined ? [Prisma.sql`j.name is not distinct from ${name}`] : []),
    ...(state !== undefined && (led || name !== undefined || !isRare(state)) ? [Prisma.sql`j.state = ${state}`] : []),
    ...others.map(
      (label) => Prisma.sql`exists (
        select from job_label o where o.job_id = j.id and o.tenant = j.tenant and o.label = ${label})`,
    ),
  ]
}

function isRare(state: string | undefined): boolean {
  return state !== undefined && state !== 'succeeded'
}
