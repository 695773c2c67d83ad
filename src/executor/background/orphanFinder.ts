import type { Signals } from '../../signals.ts'
import { jobKey } from '../../store/jobs/jobKey.ts'
import { jobsHeldBy } from '../../store/jobs/owned.ts'
import { releaseJobs } from '../../store/jobs/release.ts'
import { type BackgroundLoop, every } from '../every.ts'
import type { Lease } from '../lease/lease.ts'
import type { Arrivals } from '../queue/arrivals.ts'
import type { Slots } from '../queue/slots.ts'
import type { RescuerOptions } from './rescuer.ts'

/** What orphaned jobs are known by, and how they are given back. */
export type OrphanFinderOptions = Omit<RescuerOptions, 'lease'> & {
  readonly lease: Pick<Lease, 'holder'>
  readonly slots: Slots
  readonly arrivals: Arrivals
  readonly signals: Signals
}

/**
 * Gives back what is this replica's by the database and runs nowhere: the answer to an accept or a claim was lost, or a
 * release could not be written. As long as this replica lives nobody else would take it over. What is being made ready here
 * is left alone. An answer that is only late is given the time between two looks; what comes after that begins no run.
 */
export function startOrphanFinder({
  database,
  lease,
  leaseSeconds,
  slots,
  arrivals,
  telemetry,
  signals,
  onQueued,
}: OrphanFinderOptions): BackgroundLoop {
  let suspected = new Set<string>()
  return every((leaseSeconds * 1000) / 3, telemetry, 'looking for orphans', async () => {
    const held = await jobsHeldBy(database, lease.holder)
    const unknown = held.filter((job) => slots.get(job)?.fence !== job.fence && !arrivals.isExpected(job))
    const orphans = unknown.filter((job) => suspected.has(`${jobKey(job)}\n${job.fence}`))
    suspected = new Set(unknown.map((job) => `${jobKey(job)}\n${job.fence}`))
    if (orphans.length === 0) return
    for (const job of orphans) arrivals.giveUp(job)
    await releaseJobs(
      database,
      orphans.map((job) => ({ ...job, delayMs: 0, broken: false, unbegun: false })),
    )
    for (const { tenant, id } of orphans) {
      signals.jobReleased.give({ tenant, id })
      telemetry.emit('jobReleased', { tenant, id, reason: 'orphan' })
    }
    onQueued()
  })
}
