import { LRUCache } from 'lru-cache'
import { atMost } from '../process/atMost.ts'
import type { Database } from '../store/client.ts'
import { countPending } from '../store/messages/pending.ts'
import { countListeners, type Listeners } from '../store/webhooks/listeners.ts'
import type { Telemetry } from '../telemetry.ts'
import type { ParsedJob } from '../wire/parseDefinition.ts'
import { ProblemError } from '../wire/problem.ts'
import { MeasuredUse } from './measuredUse.ts'

/** Messages about steps that one job may make: three hundred steps and a hundred webhooks are thirty thousand requests. */
export const MOST_OF_STEPS = 10_000

/** A change of webhooks that was made at another replica is known this soon. */
const KNOWN_MS = 4000

/** From so many steps on the webhooks are counted anew: these jobs cost more than the look. */
const LONG_JOB = 32

const PENDING_PERIOD_MS = 2000
const MAX_TENANTS = 10_000

/** Keeps what jobs send to webhooks within bounds: the messages of one job, and those of a tenant that are on their way. */
export class MessageBudget {
  readonly #database: Database
  readonly #listeners = new LRUCache<string, Listeners>({ ...atMost(MAX_TENANTS), ttl: KNOWN_MS })
  readonly #pending: MeasuredUse

  constructor(database: Database, telemetry: Telemetry) {
    this.#database = database
    this.#pending = new MeasuredUse({
      measure: (tenant, bound) => countPending(database, tenant, bound),
      onError: (error) => telemetry.emit('databaseFailed', { during: 'counting pending messages', error }),
      periodMs: PENDING_PERIOD_MS,
    })
  }

  /**
   * Lets a job in. Jobs that nobody hears of cost a look-up in memory.
   *
   * Throws a `ProblemError`: `invalid-definition` at `/steps` where its steps times those who hear of them are more than
   * 10,000, `too-many-requests` where the tenant has `bound` messages on their way.
   */
  async admit(tenant: string, bound: number, { definition, callbacks }: ParsedJob): Promise<void> {
    const steps = definition.steps.length
    const listeners = this.#knownOf(tenant, steps) ?? (await this.#listenersOf(tenant))
    const hearSteps = listeners.steps + (callbacks.onStepUpdate === null ? 0 : 1)
    const hearEnds = listeners.ends + (callbacks.onJobFinish === null ? 0 : 1)
    if (steps * hearSteps > MOST_OF_STEPS) throw tooManyMessages(steps, hearSteps)
    const messages = steps * hearSteps + hearEnds
    if (messages === 0 || (await this.#pending.take(tenant, bound, messages))) return
    throw new ProblemError(
      'too-many-requests',
      `the tenant may have ${bound} messages to webhooks on their way; wait until some are delivered, or switch off webhooks that don't answer`,
      { retryAfter: 5 },
    )
  }

  /** The tenant's webhooks were just changed here. */
  forget(tenant: string): void {
    this.#listeners.delete(tenant)
  }

  #knownOf(tenant: string, steps: number): Listeners | undefined {
    return steps < LONG_JOB ? this.#listeners.get(tenant) : undefined
  }

  async #listenersOf(tenant: string): Promise<Listeners> {
    const counted = await countListeners(this.#database, tenant)
    this.#listeners.set(tenant, counted)
    return counted
  }
}

function tooManyMessages(steps: number, hearers: number): ProblemError {
  const detail = `has ${steps} steps, of which ${hearers} webhooks or callbacks hear: ${steps * hearers} messages; at most ${MOST_OF_STEPS} are allowed. Split the job, or let fewer webhooks hear step.updated`
  return new ProblemError('invalid-definition', `/steps ${detail}`, { errors: [{ pointer: '/steps', detail }] })
}
