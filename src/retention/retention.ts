import type { Database } from '../store/client.ts'
import { removeOldEntries } from '../store/access/audit.ts'
import { removeOldKeys, removeOldJobs } from '../store/jobs/expire.ts'
import { removeOldTests } from '../store/messages/deliveries.ts'
import { removeOldRequestKeys } from '../store/access/requestKeys.ts'
import type { Telemetry } from '../telemetry.ts'

const PERIOD_MS = 60_000
const BATCH = 500

/**
 * Deletes jobs, test messages, keys and entries of the audit log that are old enough, in small batches, one after another,
 * so that nobody waits for a long delete.
 */
export function startRetention(
  database: Database,
  telemetry: Telemetry,
  days: { readonly jobs: number; readonly audit: number },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  const turn = (): void => {
    running ??= sweep(database, days, stopping.signal)
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

async function sweep(
  database: Database,
  days: { readonly jobs: number; readonly audit: number },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (await removeOldKeys(database, BATCH)) === BATCH);
  while (!signal.aborted && (await removeOldRequestKeys(database, BATCH)) === BATCH);
  while (!signal.aborted && (await removeOldEntries(database, days.audit, BATCH)) === BATCH);
  if (days.jobs === 0) return
  while (!signal.aborted && (await removeOldTests(database, days.jobs, BATCH)) === BATCH);
  while (!signal.aborted && (await removeOldJobs(database, days.jobs, BATCH)) === BATCH);
}
