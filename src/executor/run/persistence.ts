import pRetry from 'p-retry'
import { isDataError } from '../../store/postgres/failures.ts'
import type { Telemetry } from '../../telemetry.ts'

/** How long a write waits in a drain for a database that is away: others go on with what is not written then. */
const AWAY_MS = 3000

/**
 * Tries writes again until the database answers. An error does not mean that nothing was committed: the same rows go out
 * again, and the statement knows its own.
 */
export class Persistence {
  readonly #telemetry: Telemetry
  readonly #signal: AbortSignal
  #hurrying = false

  constructor(telemetry: Telemetry, signal: AbortSignal) {
    this.#telemetry = telemetry
    this.#signal = signal
  }

  /** From now on a database that is away is waited for some seconds only. */
  hurry(): void {
    this.#hurrying = true
  }

  persist<Result>(write: () => Promise<Result>): Promise<Result> {
    const began = performance.now()
    return pRetry(write, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 50,
      maxTimeout: 1000,
      randomize: true,
      signal: this.#signal,
      shouldRetry: ({ error }) => !isDataError(error) && !(this.#hurrying && performance.now() - began > AWAY_MS),
      onFailedAttempt: ({ error }) => {
        this.#telemetry.emit('databaseFailed', { during: 'recording', error })
      },
    })
  }
}
