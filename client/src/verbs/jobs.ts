import { type EventOptions, followEvents } from '../events.ts'
import { List } from '../list.ts'
import type { RequestOptions, Transport } from '../transport.ts'
import type { Delivery, Job, JobEvent, JobInput, JobSummary, JobToken, RerunInput, Step, Validation } from '../types.ts'
import { type Labels, labels } from './labels.ts'
import { path } from './path.ts'

/** Any of several, or one. */
type Any = string | readonly string[]

/** All given must hold. Moments are RFC 3339 and exclusive. */
export type JobFilters = {
  readonly state?: Any | undefined
  readonly name?: string | undefined
  readonly id_prefix?: string | undefined
  readonly tag?: Any | undefined
  readonly metadata?: Labels | undefined
  readonly definition?: Any | undefined
  readonly schedule?: Any | undefined
  readonly action_failed?: Any | undefined
  readonly error_type?: Any | undefined
  readonly parent?: Any | undefined
  readonly created_by?: Any | undefined
  readonly created_after?: string | undefined
  readonly created_before?: string | undefined
  readonly finished_after?: string | undefined
  readonly finished_before?: string | undefined
  readonly order?: 'created_at' | '-created_at' | undefined
  /** Rows a page, 1 to 200. */
  readonly limit?: number | undefined
}

export type SubmitOptions = {
  /** Seconds to wait for its end, or `true`: as long as it takes. Left out, the job comes as it was accepted. */
  readonly wait?: number | boolean
  /** A repeat with the same key is answered for the first one's job. Left out, each call makes one for its own retries. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

export type WaitOptions = {
  /** Seconds (default: none). */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

type Reading = Pick<RequestOptions, 'signal'>

/** How long one request waits for a job's end: below the 30 s and 60 s after which proxies give up. */
const SECONDS_A_REQUEST = 25

/** What can be done with jobs. */
export class Jobs {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Posts a definition. The job is durable when this answers; a retry of a lost answer makes no second one. */
  async submit(definition: JobInput, { wait = 0, idempotencyKey, signal }: SubmitOptions = {}): Promise<Job> {
    const seconds = wait === true ? Number.POSITIVE_INFINITY : Number(wait)
    const until = Date.now() + seconds * 1000
    const job = await this.#transport.json<Job>('POST', '/v1/jobs', {
      body: definition,
      idempotencyKey: idempotencyKey ?? true,
      headers: seconds > 0 ? { prefer: `wait=${Math.min(Math.ceil(seconds), SECONDS_A_REQUEST)}` } : {},
      signal,
    })
    return job.finished_at !== null || seconds <= 0 ? job : this.#poll(job.id, until, signal)
  }

  /** The job when it is over. @throws DOMException `TimeoutError` when the time is up */
  async wait(id: string, { timeout = Number.POSITIVE_INFINITY, signal }: WaitOptions = {}): Promise<Job> {
    const job = await this.#poll(id, Date.now() + timeout * 1000, signal)
    if (job.finished_at === null) throw new DOMException(`job ${id} is not over after ${timeout} s`, 'TimeoutError')
    return job
  }

  async #poll(id: string, until: number, signal: AbortSignal | undefined): Promise<Job> {
    for (;;) {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000))
      const wait = Math.min(left, SECONDS_A_REQUEST)
      const job = await this.#transport.json<Job>('GET', path`/v1/jobs/${id}`, { query: { wait }, signal })
      if (job.finished_at !== null || Date.now() >= until) return job
    }
  }

  /** A job; `steps: false` leaves its steps out. */
  get(id: string, { steps, signal }: Reading & { readonly steps?: boolean } = {}): Promise<Job> {
    return this.#transport.json('GET', path`/v1/jobs/${id}`, { query: { steps }, signal })
  }

  /** Newest first, without values: `for await (const job of jobs.list({ state: 'failed' }))`. */
  list({ metadata, ...filters }: JobFilters = {}): List<JobSummary> {
    return new List(this.#transport, '/v1/jobs', { ...filters, ...labels(metadata) })
  }

  /** What happens to a job, from its first event on; ends after `job.finished` and resumes by itself. */
  events(id: string, options: EventOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    return followEvents(this.#transport, path`/v1/jobs/${id}/events`, options)
  }

  /** Its own steps; `parent`: those right below that step, or all for `*`. */
  steps(id: string, { parent, limit }: { readonly parent?: string; readonly limit?: number } = {}): List<Step> {
    return new List(this.#transport, path`/v1/jobs/${id}/steps`, { parent, limit })
  }

  step(id: string, stepPath: string, options: Reading = {}): Promise<Step> {
    return this.#transport.json('GET', path`/v1/jobs/${id}/steps/${stepPath}`, options)
  }

  /** Ends a job that is not over; asking twice is asking once. */
  cancel(id: string): Promise<Job> {
    return this.#transport.json('POST', path`/v1/jobs/${id}/cancel`, { repeatable: true })
  }

  /** Deletes a job that is over. */
  delete(id: string): Promise<void> {
    return this.#transport.json('DELETE', path`/v1/jobs/${id}`)
  }

  /** Runs a job that is over again, as a new one: whole, or `from` a step (`failed`: the one that failed). */
  rerun(
    id: string,
    input: RerunInput = {},
    { idempotencyKey }: { readonly idempotencyKey?: string } = {},
  ): Promise<Job> {
    const options = { body: input, idempotencyKey: idempotencyKey ?? (true as const) }
    return this.#transport.json('POST', path`/v1/jobs/${id}/rerun`, options)
  }

  /** Gives a step that waits for it a signal; one that comes early is kept. */
  signal(id: string, name: string, body: unknown = null): Promise<{ name: string; pending: number }> {
    return this.#transport.json('POST', path`/v1/jobs/${id}/signals/${name}`, { body, idempotencyKey: true })
  }

  /** The definition as it was posted, without the secrets of its callbacks. */
  definition(id: string): Promise<JobInput> {
    return this.#transport.json('GET', path`/v1/jobs/${id}/definition`)
  }

  /** The checks that need no run; nothing is stored. */
  validate(definition: unknown, options: Reading = {}): Promise<Validation> {
    return this.#transport.json('POST', '/v1/jobs/validate', { body: definition, repeatable: true, ...options })
  }

  /** A token that reads this one job; `expires_in` in seconds. */
  createToken(id: string, input: { readonly expires_in?: number } = {}): Promise<JobToken> {
    return this.#transport.json('POST', path`/v1/jobs/${id}/tokens`, { body: input, idempotencyKey: true })
  }

  /** Deliveries of the job's own callbacks, newest first; with `include: 'webhooks'` also those to webhooks. */
  deliveries(id: string, options: { readonly include?: 'webhooks' } = {}): List<Delivery> {
    return new List(this.#transport, path`/v1/jobs/${id}/deliveries`, options)
  }

  redeliver(id: string, deliveryId: string): Promise<Delivery> {
    return this.#transport.json('POST', path`/v1/jobs/${id}/deliveries/${deliveryId}/redeliver`, {
      idempotencyKey: true,
    })
  }
}
