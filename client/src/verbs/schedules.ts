import { List } from '../list.ts'
import type { Transport } from '../transport.ts'
import type { Job, Schedule, ScheduleInput } from '../types.ts'
import { path } from './path.ts'

export type BackfillInput = { readonly from: string; readonly to: string; readonly dry_run?: boolean }
export type Backfill = {
  readonly jobs: readonly string[]
  readonly existing: readonly string[]
  readonly count: number
}

/** What runs by itself, at its moments. */
export class Schedules {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  list(): List<Schedule> {
    return new List(this.#transport, '/v1/schedules')
  }

  get(name: string): Promise<Schedule> {
    return this.#transport.json('GET', path`/v1/schedules/${name}`)
  }

  /** `onlyNew`: one that is there stays as it is, and the problem is `precondition-failed`. */
  put(name: string, input: ScheduleInput, { onlyNew = false }: { readonly onlyNew?: boolean } = {}): Promise<Schedule> {
    const headers = onlyNew ? { 'if-none-match': '*' } : {}
    return this.#transport.json('PUT', path`/v1/schedules/${name}`, { body: input, headers })
  }

  /** Pauses it, or lets it go on; all else of it stays. */
  update(name: string, change: { readonly enabled: boolean }): Promise<Schedule> {
    return this.#transport.json('PATCH', path`/v1/schedules/${name}`, { body: change })
  }

  delete(name: string): Promise<void> {
    return this.#transport.json('DELETE', path`/v1/schedules/${name}`)
  }

  /** Makes a job now. */
  trigger(name: string): Promise<Job> {
    return this.#transport.json('POST', path`/v1/schedules/${name}/trigger`, { idempotencyKey: true })
  }

  /** Makes the jobs of moments that are past: `from` is one of them, `to` is not. */
  backfill(name: string, input: BackfillInput): Promise<Backfill> {
    return this.#transport.json('POST', path`/v1/schedules/${name}/backfill`, { body: input, idempotencyKey: true })
  }
}
