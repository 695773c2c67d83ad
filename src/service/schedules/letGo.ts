import { jobsHeldBack, letGoJob } from '../../store/schedules/heldBack.ts'
import { openJobsWith } from '../../store/schedules/openJobs.ts'
import { scheduleLabel } from '../../wire/labels.ts'
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
  for (const { tenant, id, labels } of await jobsHeldBack(database)) {
    const schedule = scheduleOf(labels)
    const key = `${tenant}\n${schedule}`
    if (schedule === null || looked.has(key)) continue
    looked.add(key)
    const open = await openJobsWith(database, tenant, scheduleLabel(schedule))
    if (open.at(-1) === id && (await letGoJob(database, tenant, id))) wakeClaimer()
  }
}

function scheduleOf(labels: string | null): string | null {
  const { schedule = null } = JSON.parse(labels ?? '{}') as { schedule?: string }
  return schedule
}
