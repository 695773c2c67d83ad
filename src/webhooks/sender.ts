import { setMaxListeners } from 'node:events'
import type { Outbound } from '../outbound/dispatcher.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import { holdMessages } from '../store/messages/hold.ts'
import type { Settlement } from '../store/messages/settle.ts'
import { type AttemptResult, attemptDelivery, notSent } from './attempt.ts'
import { Composer, type ComposerOptions, type Composition } from './compose.ts'
import type { EndpointLimits } from './endpointLimits.ts'
import { noteOutcome } from './health.ts'
import { nextDelay } from './retrySchedule.ts'
import { openSettling, type Settling } from './settling.ts'

/** What sending stands on, and when what failed is tried again. */
export type SenderOptions = ComposerOptions & {
  readonly outbound: Outbound
  /** The database's time in milliseconds. */
  readonly now: () => number
  /** Waits between attempts, in milliseconds. */
  readonly schedule: readonly number[]
  readonly timeoutMs: number
}

/** What the sender tells whoever claims. */
export type SenderEvents = {
  /** A message is no longer in hand. */
  readonly onLeave: (message: ClaimedMessage) => void
  /** What was given back can be claimed again. */
  readonly onReturned: () => void
}

/** How long a close waits, after its attempts, for a database that is away. */
const AWAY_MS = 3000

/** Messages whose bodies are made together. */
const READ = 64

/** Why an attempt was cut off: the message is given back, and nothing is held against its receiver. */
class Draining extends Error {
  override readonly name = 'Draining'
}

/** Makes one attempt for each message that was claimed, and writes what became of it. */
export class Sender {
  readonly #options: SenderOptions
  readonly #limits: EndpointLimits
  readonly #events: SenderEvents
  readonly #composer: Composer
  readonly #settling: Settling
  readonly #inHand = new Map<Promise<void>, readonly ClaimedMessage[]>()
  readonly #cutOff = new AbortController()

  constructor(options: SenderOptions, limits: EndpointLimits, events: SenderEvents) {
    this.#options = options
    this.#limits = limits
    this.#events = events
    this.#composer = new Composer(options)
    this.#settling = openSettling(options.database, options.telemetry)
    setMaxListeners(0, this.#cutOff.signal)
  }

  /** Takes messages over; returns at once. */
  send(messages: readonly ClaimedMessage[]): void {
    for (let i = 0; i < messages.length; i += READ) {
      const some = messages.slice(i, i + READ)
      const held = this.#sendSome(some).finally(() => this.#inHand.delete(held))
      this.#inHand.set(held, some)
    }
  }

  /** The ids of the messages that are being sent, or whose outcome is being written. */
  get inHand(): ReadonlySet<string> {
    return new Set([...this.#inHand.values()].flatMap((messages) => messages.map(({ id }) => id)))
  }

  /** Lets attempts in flight end for so long, gives the rest back, and resolves when everything is written, or can't be. */
  async close(patienceMs: number): Promise<void> {
    this.#limits.close()
    const patience = setTimeout(() => this.#cutOff.abort(new Draining('draining')), patienceMs)
    const despair = setTimeout(() => this.#settling.giveUp(), patienceMs + AWAY_MS)
    await Promise.all(this.#inHand.keys())
    await this.#settling.close()
    clearTimeout(patience)
    clearTimeout(despair)
  }

  async #sendSome(messages: readonly ClaimedMessage[]): Promise<void> {
    const compositions = await this.#read(messages)
    if (compositions === null) return this.#giveBack(messages)
    const held = messages.filter((_, i) => compositions[i]?.kind === 'held')
    await Promise.all([
      this.#hold(held),
      ...compositions.flatMap((composition, i) => {
        const message = messages[i]
        return message === undefined ? [] : [this.#deliver(message, composition)]
      }),
    ])
  }

  async #read(messages: readonly ClaimedMessage[]): Promise<Composition[] | null> {
    try {
      return await this.#composer.read(messages)
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'reading messages', error })
      return null
    }
  }

  async #hold(messages: readonly ClaimedMessage[]): Promise<void> {
    if (messages.length === 0) return
    try {
      await holdMessages(this.#options.database, messages)
      for (const message of messages) this.#events.onLeave(message)
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'holding messages', error })
      await this.#giveBack(messages)
    }
  }

  async #deliver(message: ClaimedMessage, composition: Composition): Promise<void> {
    switch (composition.kind) {
      case 'composed':
        return this.#try(message, composition)
      case 'held':
        return
      case 'gone':
        this.#events.onLeave(message)
        return this.#settling.settle({ message, attempt: null, state: 'failed' })
      case 'unreadable':
        this.#events.onLeave(message)
        return this.#conclude(message, notSent(composition.reason, this.#options.now()))
    }
  }

  async #try(message: ClaimedMessage, composed: Extract<Composition, { kind: 'composed' }>): Promise<void> {
    const { host } = new URL(composed.url)
    const turn = await this.#limits.begin(message.endpoint, message.tenant, host)
    if (turn === null) return this.#returnToOthers(message)
    const result = await attemptDelivery(composed, message, { ...this.#options, stop: this.#cutOff.signal })
    turn.end(result?.delivered ?? null, result?.record.duration_ms ?? 0)
    if (result === null) return this.#giveBack([message])
    this.#events.onLeave(message)
    await noteOutcome(message, composed.failingSince, result, this.#options)
    await this.#conclude(message, result)
  }

  /** Its endpoint, or its host, has enough in hand. */
  async #returnToOthers(message: ClaimedMessage): Promise<void> {
    await this.#giveBack([message])
    this.#events.onReturned()
  }

  async #giveBack(messages: readonly ClaimedMessage[]): Promise<void> {
    for (const message of messages) this.#events.onLeave(message)
    await Promise.all(messages.map((message) => this.#settling.settle({ message, attempt: null, state: 'ready' })))
  }

  async #conclude(message: ClaimedMessage, result: AttemptResult): Promise<void> {
    const settlement = this.#judge(message, result)
    await this.#settling.settle(settlement)
    this.#publish(settlement, result)
  }

  #judge(message: ClaimedMessage, { delivered, refusedForGood, retryAfterMs, record }: AttemptResult): Settlement {
    const failed = { message, attempt: record, state: 'failed' } as const
    if (delivered) return { ...failed, state: 'delivered' }
    if (refusedForGood) return failed
    const delayMs = nextDelay(this.#options.schedule, message.tries, retryAfterMs, Math.random())
    return delayMs === null ? failed : { ...failed, state: 'waiting', delayMs }
  }

  #publish({ message, state }: Settlement, { delivered, record }: AttemptResult): void {
    const { tenant, jobId, endpoint, id, event } = message
    this.#options.telemetry.emit('deliveryAttempted', {
      tenant,
      endpoint,
      job: jobId,
      message: id,
      event,
      outcome: delivered ? 'delivered' : 'failed',
      final: state !== 'waiting',
      statusCode: record.status_code,
      error: record.error,
      milliseconds: record.duration_ms,
    })
  }
}
