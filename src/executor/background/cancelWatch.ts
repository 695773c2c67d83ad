import { cancelRun } from '../../engine/run/run.ts'
import type { Database } from '../../store/client.ts'
import { cancelledJobsOf } from '../../store/jobs/cancel.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { Lease } from '../lease/lease.ts'
import type { Slots } from '../queue/slots.ts'
import { type BackgroundLoop, every } from './every.ts'

const CANCEL_MS = 500

/** Finds the cancels that other replicas recorded for jobs that run here. */
export function startCancelWatch(database: Database, lease: Lease, slots: Slots, telemetry: Telemetry): BackgroundLoop {
  return every(CANCEL_MS, telemetry, 'looking for cancels', async () => {
    if (slots.running === 0) return
    for (const job of await cancelledJobsOf(database, lease.holder)) {
      const active = slots.get(job)
      if (active?.fence === job.fence) cancelRun(active.run)
    }
  })
}
