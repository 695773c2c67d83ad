import { setMaxListeners } from 'node:events'
import pRetry from 'p-retry'
import type { Outbound } from '../outbound/dispatcher.ts'
import { type Database, isDataError } from '../store/client.ts'
import { GroupCommit } from '../store/groupCommit.ts'
import { type ClaimedMessage, claimMessages } from '../store/messages/claim.ts'
import { type Settlement, settleMessages } from '../store/messages/settle.ts'
import type { Telemetry } from '../telemetry.ts'
import { attempt, type Met, notSent } from './attempt.ts'
import { noteOutcome } from './health.ts'
import { Lanes } from './lanes.ts'
import { Letters, type Reading } from './letters.ts'
import { nextDelay } from './schedule.ts'
import type { SecretBox } from './secretBox.ts'
import { type Sweeper, startSweeper } from './sweeper.ts'

export type DelivererOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly outbound: Outbound
  /** The replica whose lease the attempts in flight hang on. */
  readonly replica: () => number
  /** The database's time in milliseconds. */
  readonly now: () => number
  readonly leaseSeconds: number
  /** Waits between attempts, in milliseconds. */
  readonly schedule: readonly number[]
  readonly timeoutMs: number
  /** How long a drain waits for attempts in flight before it gives them back. */
  readonly patienceMs: number
  readonly box: SecretBox
  readonly callbackRoot: string | Buffer
}

/** Endpoints that a claim looks at beside those that answer. */
const LOOK = 128

/** Messages whose bodies are made together. */
const READ = 64

/** Why an attempt was cut off: the message is given back, and nothing is held against its receiver. */
class Draining extends Error {
  override readonly name = 'Draining'
}

/**
 * Sends what is due, claimed as jobs are: every replica helps, and what one that died had in hand is taken back when its
 * lease has run out. One claim at a time, woken by what was recorded here, by attempts that ended while more was waiting,
 * and by a slow poll underneath.
 */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #letters: Letters
  readonly #lanes = new Lanes()
  readonly #settling: GroupCommit<Settlement, null>
  readonly #sweeper: Sweeper
  readonly #inHand = new Set<Promise<void>>()
  readonly #cutOff = new AbortController()
  readonly #giveUp = new AbortController()
  #claiming: Promise<void> | null = null
  #again = false
  /** The last claim may have left something: an attempt that ends makes room for it. */
  #leftOver = false
  #after = ''
  #draining = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#letters = new Letters(options)
    this.#settling = new GroupCommit({
      flush: (settlements) => this.#settle(settlements),
      maxItems: 128,
      maxBytes: Number.POSITIVE_INFINITY,
      bytesOf: () => 0,
      isDataError,
    })
    setMaxListeners(0, this.#cutOff.signal)
    this.#sweeper = startSweeper(options, this.wake)
    options.telemetry.on('messagesRecorded', this.wake)
    this.wake()
  }

  /** There is something to deliver. */
  readonly wake = (): void => {
    if (this.#draining) return
    if (this.#claiming !== null) {
      this.#again = true
      return
    }
    this.#claiming = this.#claim().finally(() => {
      this.#claiming = null
      const again = this.#again
      this.#again = false
      if (again) this.wake()
    })
  }

  /** Claims nothing from now on. */
  beginDrain(): void {
    this.#draining = true
  }

  /** Lets attempts in flight end for `patienceMs`, gives the rest back, and resolves when everything is written. */
  async close(): Promise<void> {
    this.beginDrain()
    this.#options.telemetry.off('messagesRecorded', this.wake)
    await this.#sweeper.stop()
    await this.#claiming
    const patience = setTimeout(() => this.#cutOff.abort(new Draining('draining')), this.#options.patienceMs)
    const despair = setTimeout(() => this.#giveUp.abort(), this.#options.patienceMs + 5000)
    await Promise.all(this.#inHand)
    await this.#settling.close()
    clearTimeout(patience)
    clearTimeout(despair)
  }

  async #claim(): Promise<void> {
    const { database, telemetry, replica } = this.#options
    const room = this.#lanes.room()
    if (room.answeringSlots === 0) {
      this.#leftOver = true
      return
    }
    try {
      const claim = { replica: replica(), ...room, after: this.#after, look: LOOK }
      const { messages, after, more } = await claimMessages(database, claim)
      this.#after = after
      this.#leftOver = messages.length > 0
      if (more) this.#again = true
      if (messages.length === 0) return
      telemetry.emit('messagesClaimed', { messages: messages.length })
      for (const { endpoint } of messages) this.#lanes.enter(endpoint)
      for (let i = 0; i < messages.length; i += READ) this.#hold(this.#send(messages.slice(i, i + READ)))
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'claiming messages', error })
    }
  }

  #hold(work: Promise<void>): void {
    const held = work.finally(() => this.#inHand.delete(held))
    this.#inHand.add(held)
  }

  async #send(messages: readonly ClaimedMessage[]): Promise<void> {
    try {
      const readings = await this.#letters.read(messages)
      await Promise.all(messages.map((message, i) => this.#deliver(message, readings[i] as Reading)))
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'reading messages', error })
      for (const message of messages) this.#leave(message, null)
      await this.#write(messages.map((message) => ({ message, attempt: null, state: 'ready' })))
    }
  }

  async #deliver(message: ClaimedMessage, reading: Reading): Promise<void> {
    switch (reading.kind) {
      case 'letter':
        return this.#try(message, reading)
      case 'held':
        this.#leave(message, null)
        return this.#write([{ message, attempt: null, state: 'held' }])
      case 'gone':
        this.#leave(message, null)
        return this.#write([{ message, attempt: null, state: 'failed' }])
      case 'unreadable':
        this.#leave(message, null)
        return this.#conclude(message, notSent(reading.error.message, this.#options.now()))
    }
  }

  async #try(message: ClaimedMessage, letter: Extract<Reading, { kind: 'letter' }>): Promise<void> {
    const met = await attempt(letter, message.id, { ...this.#options, stop: this.#cutOff.signal })
    this.#leave(message, met?.delivered ?? null)
    if (met === null) return this.#write([{ message, attempt: null, state: 'ready' }])
    await noteOutcome(message, letter.failingSince, met, this.#options)
    await this.#conclude(message, met)
  }

  async #conclude(message: ClaimedMessage, met: Met): Promise<void> {
    const settlement = this.#judge(message, met)
    await this.#write([settlement])
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

  #leave({ endpoint }: ClaimedMessage, delivered: boolean | null): void {
    this.#lanes.leave(endpoint, delivered)
    if (this.#leftOver) this.wake()
  }

  /** A message that could not be written is taken back when the lease of this replica has run out. */
  async #write(settlements: readonly Settlement[]): Promise<void> {
    try {
      await Promise.all(settlements.map((settlement) => this.#settling.submit(settlement)))
    } catch (error) {
      this.#options.telemetry.emit('databaseFailed', { during: 'recording deliveries', error })
    }
  }

  async #settle(settlements: readonly Settlement[]): Promise<null[]> {
    const { database, telemetry } = this.#options
    await pRetry(() => settleMessages(database, settlements), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 50,
      maxTimeout: 1000,
      randomize: true,
      signal: this.#giveUp.signal,
      shouldRetry: ({ error }) => !isDataError(error),
      onFailedAttempt: ({ error }) => {
        telemetry.emit('databaseFailed', { during: 'recording deliveries', error })
      },
    })
    return settlements.map(() => null)
  }
}
