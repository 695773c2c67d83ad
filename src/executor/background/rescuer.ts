import type { Database } from '../../store/client.ts'
import { jobsOwnedBy } from '../../store/jobs/owned.ts'
import { releaseJobs } from '../../store/jobs/release.ts'
import { RESCUE_BATCH, rescueJobs } from '../../store/jobs/rescue.ts'
import type { Telemetry } from '../../telemetry.ts'
import { keyOf } from '../run/activeRun.ts'
import { type Agent, every } from './agents.ts'
import type { Lease } from '../lease/lease.ts'
import type { Slots } from '../queue/slots.ts'

export type RescuerOptions = {
  readonly database: Database
  readonly lease: Lease
  readonly leaseSeconds: number
  readonly slots: Slots
  readonly telemetry: Telemetry
  /** There is something to claim. */
  readonly onQueued: () => void
}

/**
 * Puts jobs of dead replicas back into the queue, every third of a lease. A replica whose own lease ran out a moment ago
 * judges nobody: what cut it off may have cut off the others too, and they get as long to come back.
 */
export function startRescuer({ database, lease, leaseSeconds, telemetry, onQueued }: RescuerOptions): Agent {
  return every((leaseSeconds * 1000) / 3, telemetry, 'rescuing', async () => {
    if (!lease.isSettled) return
    for (let more = true; more; ) {
      const { length: jobs } = await rescueJobs(database, leaseSeconds, lease.replica)
      more = jobs === RESCUE_BATCH
      if (jobs === 0) return
      telemetry.emit('rescued', { jobs })
      onQueued()
    }
  })
}

/**
 * Gives back what is this replica's by the database and runs nowhere: the answer to an accept or a claim was lost, or a
 * release could not be written. As long as this replica lives nobody else would take it over. What is only on its way is
 * given the time between two looks; where that was not enough, the fence makes it harmless.
 */
export function startStrayFinder({ database, lease, leaseSeconds, slots, telemetry, onQueued }: RescuerOptions): Agent {
  let suspected = new Set<string>()
  return every((leaseSeconds * 1000) / 3, telemetry, 'looking for strays', async () => {
    const owned = await jobsOwnedBy(database, lease.replica)
    const unknown = owned.filter((job) => slots.get(job)?.fence !== job.fence)
    const strays = unknown.filter((job) => suspected.has(`${keyOf(job)}\n${job.fence}`))
    suspected = new Set(unknown.map((job) => `${keyOf(job)}\n${job.fence}`))
    if (strays.length === 0) return
    await releaseJobs(
      database,
      strays.map((job) => ({ ...job, delayMs: 0, broken: false, unbegun: false })),
    )
    for (const { tenant, id } of strays) telemetry.emit('jobReleased', { tenant, id, reason: 'stray' })
    onQueued()
  })
}
