import type { Database } from '../../store/client.ts'
import { rescueOldJobs } from '../../store/jobs/oldForm.ts'
import { RESCUE_BATCH, type RescuedJob, rescueJobs } from '../../store/jobs/rescue.ts'
import type { Telemetry } from '../../telemetry.ts'
import { type BackgroundLoop, every } from '../every.ts'
import type { Lease } from '../lease/lease.ts'

/** Whose jobs are taken over once their lease is over, and who is told. */
export type RescuerOptions = {
  readonly database: Database
  readonly lease: Lease
  readonly leaseSeconds: number
  readonly telemetry: Telemetry
  /** There is something to claim. */
  readonly onQueued: () => void
}

/**
 * Puts jobs of dead replicas back into the queue, every third of a lease. A replica whose own lease ran out a moment ago
 * judges nobody: what cut it off may have cut off the others too, and they get as long to come back.
 */
export function startRescuer({ database, lease, leaseSeconds, telemetry, onQueued }: RescuerOptions): BackgroundLoop {
  return every((leaseSeconds * 1000) / 3, telemetry, 'rescuing', async () => {
    const { judge } = lease
    if (judge === null) return
    await rescueAll(() => rescueJobs(database, leaseSeconds, judge), telemetry, onQueued)
    await rescueAll(() => rescueOldJobs(database, leaseSeconds, judge), telemetry, onQueued)
  })
}

async function rescueAll(
  rescue: () => Promise<RescuedJob[]>,
  telemetry: Telemetry,
  onQueued: () => void,
): Promise<void> {
  for (let more = true; more; ) {
    const { length: jobs } = await rescue()
    more = jobs === RESCUE_BATCH
    if (jobs === 0) return
    telemetry.emit('rescued', { jobs })
    onQueued()
  }
}
