import { cancelRun } from '../../engine/run/run.ts'
import type { Database } from '../../store/client.ts'
import { newsOfHeld } from '../../store/jobs/owned.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { Lease } from '../lease/lease.ts'
import type { Slots } from '../queue/slots.ts'
import type { Inbox } from '../run/inbox.ts'
import { type BackgroundLoop, every } from '../every.ts'

const NEWS_MS = 500

/** Whose news are watched for, and where they go. */
export type NewsWatchDeps = {
  readonly database: Database
  readonly lease: Lease
  readonly slots: Slots
  readonly inbox: Inbox
  readonly telemetry: Telemetry
}

/** Finds what other replicas took in for jobs that run here: cancels, and what was sent to them. */
export function startNewsWatch({ database, lease, slots, inbox, telemetry }: NewsWatchDeps): BackgroundLoop {
  return every(NEWS_MS, telemetry, 'looking for cancels and signals', async () => {
    if (slots.running === 0) return
    for (const { cancelled, signals, ...job } of await newsOfHeld(database, lease.holder)) {
      const active = slots.get(job)
      if (active?.fence !== job.fence) continue
      if (cancelled) cancelRun(active.run)
      if (signals > active.signals) await inbox.fetch(active)
    }
  })
}
