import type { Database } from '../client.ts'
import type { JobPage, JobQuery } from './jobList.ts'

/** A page of a tenant's jobs, newest first. Its statement is put together by Prisma, so it is loaded with that. */
export function listJobs(database: Database, query: JobQuery): Promise<JobPage> {
  return database.models('list', async (client) => (await import('./pages.ts')).readPage(client, query))
}
