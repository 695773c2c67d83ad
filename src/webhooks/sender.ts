import { setMaxListeners } from 'node:events'
import type { Outbound } from '../outbound/dispatcher.ts'
import type { Database } from '../store/client.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import { holdMessages } from '../store/messages/hold.ts'
import type { Settlement } from '../store/messages/settle.ts'
import type { Telemetry } from '../telemetry.ts'
import { attempt, type Met, notSent } from './attempt.ts'
import { noteOutcome } from './health.ts'
import type { Lanes } from './endpointLimits.ts'
import { Letters, type LettersOptions, type Reading } from './compose.ts'
import { nextDelay } from './retrySchedule.ts'
import { openSettling, type Settling } from './settling.ts'

export type SenderOptions = LettersOptions & {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly outbound: Outbound
  /** The database's time in milliseconds. */
  readonly now: () => number
  /** Waits between attempts, in milliseconds. */
  readonly schedule: readonly number[]
  readonly timeoutMs: number
}

/** Told when a message is no longer in hand. */
type OnLeave = (message: ClaimedMessage) => void

/** Messages whose bodies are made together. */
const READ = 64

/** Why an attempt was cut off: the message is given back, and nothing is held against its receiver. */
class Draining extends Error {
  override readonly name = 'Draining'
}

/** Makes one attempt for each message that was claimed, and writes what became of it. */
export class Sender {
  readonly #options: SenderOptions
  readonly #lanes: Lanes
  readonly #onLeave: OnLeave
  readonly #letters: Letters
  readonly #settling: Settling
  readonly #inHand = new Set<Promise<void>>()
  readonly #cutOff = new AbortController()

  constructor(options: SenderOptions, lanes: Lanes, onLeave: OnLeave) {
    this.#options = options
    this.#lanes = lanes
    this.#onLeave = onLeave
    this.#letters = new Letters(options)
    this.#settling = openSettling(options.database, options.telemetry)
    setMaxListeners(0, this.#cutOff.signal)
  }

  /** Takes messages over; returns at once. */
  send(messages: readonly ClaimedMessage[]): void {
    for (let i = 0; i < messages.length; i += READ) {
      const held = this.#sendSome(messages.slice(i, i + READ)).finally(() => this.#inHand.delete(held))
      this.#inHand.add(held)
    }
  }

  /** Lets attempts in flight end for so long, gives the rest back, and resolves when everything is written. */
  async close(patienceMs: number): Promise<void> {
    this.#lanes.close()
    const patience = setTimeout(() => this.#cutOff.abort(new Draining('draining')), patienceMs)
    await Promise.all(this.#inHand)
    clearTimeout(patience)
    await this.#settling.close()
  }

  async #sendSome(messages: readonly ClaimedMessage[]): Promise<void> {
    const readings = await this.#read(messages)
    if (readings === null) return this.#giveBack(messages)
    const held = messages.filter((_, i) => readings[i]?.kind === 'held')
    await Promise.all([
      this.#hold(held),
      ...messages.map((message, i) => this.#deliver(message, readings[i] as Reading)),
    ])
  }

  async #read(messages: readonly ClaimedMessage[]): Promise<Reading[] | null> {
    try {
      return await this.#letters.read(messages)
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'reading messages', error })
      return null
    }
  }

  async #hold(messages: readonly ClaimedMessage[]): Promise<void> {
    if (messages.length === 0) return
    try {
      await holdMessages(this.#options.database, messages)
      for (const message of messages) this.#onLeave(message)
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'holding messages', error })
      await this.#giveBack(messages)
    }
  }

  async #deliver(message: ClaimedMessage, reading: Reading): Promise<void> {
    switch (reading.kind) {
      case 'letter':
        return this.#try(message, reading)
      case 'held':
        return
      case 'gone':
        this.#onLeave(message)
        return this.#settling.settle({ message, attempt: null, state: 'failed' })
      case 'unreadable':
        this.#onLeave(message)
        return this.#conclude(message, notSent(reading.error.message, this.#options.now()))
    }
  }

  async #try(message: ClaimedMessage, letter: Extract<Reading, { kind: 'letter' }>): Promise<void> {
    if (!(await this.#lanes.begin(message.endpoint))) return this.#giveBack([message])
    const met = await attempt(letter, message.id, { ...this.#options, stop: this.#cutOff.signal })
    this.#lanes.end(message.endpoint, met?.delivered ?? null, met?.record.duration_ms ?? 0)
    if (met === null) return this.#giveBack([message])
    this.#onLeave(message)
    await noteOutcome(message, letter.failingSince, met, this.#options)
    await this.#conclude(message, met)
  }

  async #giveBack(messages: readonly ClaimedMessage[]): Promise<void> {
    for (const message of messages) this.#onLeave(message)
    await Promise.all(messages.map((message) => this.#settling.settle({ message, attempt: null, state: 'ready' })))
  }

  async #conclude(message: ClaimedMessage, met: Met): Promise<void> {
    const settlement = this.#judge(message, met)
    await this.#settling.settle(settlement)
    this.#tell(settlement, met)
  }

  #judge(message: ClaimedMessage, { delivered, refusedForGood, retryAfterMs, record }: Met): Settlement {
    const failed = { message, attempt: record, state: 'failed' } as const
    if (delivered) return { ...failed, state: 'delivered' }
    if (refusedForGood) return failed
    const delayMs = nextDelay(this.#options.schedule, message.tries, retryAfterMs, Math.random())
    return delayMs === null ? failed : { ...failed, state: 'waiting', delayMs }
  }

  #tell({ message, state }: Settlement, { delivered, record }: Met): void {
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
