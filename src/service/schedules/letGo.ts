import { jobsHeldBack, letGoJob } from '../../store/schedules/heldBack.ts'
import { openJobsOf } from '../../store/schedules/openJobs.ts'
import type { ServiceDeps } from '../deps.ts'

/**
 * Lets the first job of each schedule go that is held back and has none before it that is not over. Every replica looks;
 * a job that two let go is in the queue once.
 */
export async function letGoHeldBack({
  database,
  wakeClaimer,
}: Pick<ServiceDeps, 'database' | 'wakeClaimer'>): Promise<void> {
  const looked = new Set<string>()
  for (const { tenant, id, schedule } of await jobsHeldBack(database)) {
    const key = `${tenant}\n${schedule}`
    if (schedule === null || looked.has(key)) continue
    looked.add(key)
    const [first] = await openJobsOf(database, tenant, schedule)
    if (first === id && (await letGoJob(database, tenant, id))) wakeClaimer()
  }
}
