import type { Database } from '../store/client.ts'
import { removeOldKeys, removeOldJobs } from '../store/jobs/expire.ts'
import type { Telemetry } from '../telemetry.ts'

const PERIOD_MS = 60_000
const BATCH = 500

/** Deletes what is old enough, in small batches, one after another, so that nobody waits for a long delete. */
export function startRetention(
  database: Database,
  telemetry: Telemetry,
  retentionDays: number,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  const turn = (): void => {
    running ??= sweep(database, retentionDays, stopping.signal)
      .catch((error: unknown) => {
        telemetry.emit('databaseFailed', { during: 'deleting old jobs', error })
      })
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(turn, PERIOD_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}

async function sweep(database: Database, retentionDays: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await removeOldKeys(database, BATCH)) === BATCH);
  if (retentionDays === 0) return
  while (!signal.aborted && (await removeOldJobs(database, retentionDays, BATCH)) === BATCH);
}
