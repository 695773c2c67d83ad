import pRetry from 'p-retry'
import { Batcher } from '../store/batcher.ts'
import type { Database } from '../store/client.ts'
import { isDataError } from '../store/postgres/failures.ts'
import { type Settlement, settleMessages } from '../store/messages/settle.ts'
import type { Telemetry } from '../telemetry.ts'

const MAX_GROUP = 128

/** What became of messages, written together with what others became in the same moment. */
export type Settling = {
  /** Waits for the database as long as it is away; never fails: what can't be written is taken back with the lease. */
  settle(settlement: Settlement): Promise<void>
  /** Waits no longer for a database that is away. */
  giveUp(): void
  /** Writes what is waiting. */
  close(): Promise<void>
}

/**
 * Opens what records the ends of attempts, several in one statement. What a database that is away refuses is tried
 * again.
 */
export function openSettling(database: Database, telemetry: Telemetry): Settling {
  const giveUp = new AbortController()
  const failed = (error: unknown): void => {
    telemetry.emit('databaseFailed', { during: 'recording deliveries', error })
  }
  const group = new Batcher<Settlement, null>({
    flush: async (settlements) => {
      await pRetry(() => settleMessages(database, settlements), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 50,
        maxTimeout: 1000,
        randomize: true,
        signal: giveUp.signal,
        shouldRetry: ({ error }) => !isDataError(error),
        onFailedAttempt: ({ error }) => failed(error),
      })
      return settlements.map(() => null)
    },
    maxItems: MAX_GROUP,
    maxBytes: Number.POSITIVE_INFINITY,
    bytesOf: () => 0,
    isDataError,
  })
  return {
    settle: async (settlement) => {
      await group.submit(settlement).catch(failed)
    },
    giveUp: () => giveUp.abort(),
    close: () => group.close(),
  }
}
