import type { Database } from '../store/client.ts'
import { measureStored } from '../store/access/storedBytes.ts'
import type { Telemetry } from '../telemetry.ts'
import { ProblemError } from '../wire/problem.ts'
import { MeasuredUse } from './measuredUse.ts'

const PERIOD_MS = 10_000

/** What the jobs of each tenant with a bound on it store; tenants without one cost nothing. */
export class StoredBytes {
  readonly #use: MeasuredUse

  constructor(database: Database, telemetry: Telemetry) {
    this.#use = new MeasuredUse({
      measure: (tenant) => measureStored(database, tenant),
      onError: (error) => telemetry.emit('databaseFailed', { during: 'measuring what a tenant stores', error }),
      periodMs: PERIOD_MS,
    })
  }

  /** Lets a definition of some bytes in. Throws a `ProblemError` `too-many-requests` at the bound. */
  async admit(tenant: string, bound: number, bytes: number): Promise<void> {
    if (await this.#use.take(tenant, bound, bytes)) return
    throw new ProblemError('too-many-requests', `the tenant may store ${bound} bytes; delete jobs first`, {
      retryAfter: PERIOD_MS / 1000,
    })
  }
}
