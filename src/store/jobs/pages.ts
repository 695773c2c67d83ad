import type { PrismaClient } from '../generated/client.ts'
import type { JobPage, JobQuery, JobSummaryRow, ListCursor } from './jobList.ts'
import { MAX_JOBS_LOOKED_AT } from './leading.ts'
import { countByPrefix, pageStatement } from './pageStatement.ts'

type Row = { readonly endedAt: Date | null; readonly endedId: string | null } & (JobSummaryRow | { readonly id: null })

/** A page of the list. */
export async function readPage(prisma: PrismaClient, query: JobQuery): Promise<JobPage> {
  const few = await hasFew(prisma, query)
  const rows = await prisma.$queryRaw<Row[]>(pageStatement(query, few))
  const found = rows.filter((row) => row.id !== null)
  const jobs = found.slice(0, query.limit)
  const last = jobs.at(-1)
  if (found.length > query.limit && last !== undefined) return { jobs, next: cursorOf(last) }
  const { endedAt, endedId } = rows[0] ?? { endedAt: null, endedId: null }
  return { jobs, next: endedAt === null || endedId === null ? null : { createdAt: endedAt.getTime(), id: endedId } }
}

/** Whether the ids that begin as is asked for are few: then they are all looked up. */
async function hasFew(prisma: PrismaClient, { filters: { idPrefix } }: JobQuery): Promise<boolean> {
  if (idPrefix === undefined) return false
  const [row] = await prisma.$queryRaw<{ count: number }[]>(countByPrefix(idPrefix))
  return (row?.count ?? 0) <= MAX_JOBS_LOOKED_AT
}

function cursorOf({ createdAt, id }: JobSummaryRow): ListCursor {
  return { createdAt: createdAt.getTime(), id }
}
