import type { Slots } from '../queue/slots.ts'
import type { Writer } from '../run/recordRun.ts'
import { commitProgress, isDue } from '../run/write.ts'
import { type BackgroundLoop, every } from '../every.ts'

const FLUSH_MS = 25

/** Commits steps that have waited long enough for company, also while a long step of their job still runs. */
export function startProgressFlusher(slots: Slots, writer: Writer): BackgroundLoop {
  return every(FLUSH_MS, writer.telemetry, 'recording', async () => {
    const now = performance.now()
    for (const active of slots.values()) {
      if (active.writing === null && !active.ending && isDue(active, now)) {
        void commitProgress(active, writer).catch((error: unknown) => {
          writer.telemetry.emit('databaseFailed', { during: 'recording', error })
        })
      }
    }
  })
}
