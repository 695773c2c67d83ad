import type { Signals } from '../signals.ts'
import type { Judge } from '../store/judge.ts'
import { claimMessages } from '../store/messages/claim.ts'
import { EndpointLimits } from './endpointLimits.ts'
import { OrphanFinder } from './orphans.ts'
import { Sender, type SenderOptions } from './sender.ts'
import { type Sweeper, startSweeper } from './sweeper.ts'

/** What delivering stands on, and how much of it happens at once. */
export type DelivererOptions = SenderOptions & {
  readonly signals: Signals
  /** The replica whose lease the attempts in flight hang on. */
  readonly replica: () => number
  /** Who may say of other replicas that they are dead; null: nobody here, now. */
  readonly judge: () => Judge | null
  readonly leaseSeconds: number
  /** Attempts at one host at once, of all tenants together. */
  readonly connectionsPerHost: number
  /** How long a drain waits for attempts in flight before it gives them back, in milliseconds. */
  readonly patienceMs: number
}

/** Endpoints that a claim looks at beside those that answer. */
const LOOK = 128

/**
 * Sends what is due, claimed as jobs are: every replica helps, and what one that died had in hand is taken back when its
 * lease has run out. One claim at a time, woken by what was recorded here, by attempts that ended while more was waiting,
 * and by a slow poll underneath.
 */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #limits: EndpointLimits
  readonly #sender: Sender
  readonly #sweeper: Sweeper
  readonly #deafen: () => void
  #claiming: Promise<void> | null = null
  #again = false
  /** The last claim may have left something: an attempt that ends makes room for it. */
  #leftOver = false
  #after = ''
  #draining = false

  constructor(options: DelivererOptions) {
    this.#options = options
    this.#limits = new EndpointLimits(options.connectionsPerHost)
    this.#sender = new Sender(options, this.#limits, {
      onLeave: ({ endpoint }) => {
        if (this.#limits.leave(endpoint) && this.#leftOver) this.wake()
      },
      onReturned: this.wake,
    })
    const { database, replica } = options
    const orphans = new OrphanFinder({ database, replica, inHand: () => this.#sender.inHand })
    this.#sweeper = startSweeper({ ...options, orphans }, this.wake)
    this.#deafen = options.signals.messagesRecorded.on(this.wake)
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

  /**
   * Claims nothing from now on, lets attempts in flight end for `patienceMs`, gives the rest back, and resolves when
   * everything is written, or can't be.
   */
  async close(): Promise<void> {
    this.#draining = true
    this.#deafen()
    await this.#sweeper.stop()
    await this.#claiming
    await this.#sender.close(this.#options.patienceMs)
  }

  async #claim(): Promise<void> {
    const { database, telemetry, replica } = this.#options
    const room = this.#limits.room()
    if (room.answeringSlots === 0) {
      this.#leftOver = true
      return
    }
    try {
      const claim = { replica: replica(), ...room, after: this.#after, look: LOOK }
      const { messages, after, more } = await claimMessages(database, claim)
      this.#after = after
      this.#leftOver = messages.length > 0 || room.hosts.length > 0
      if (more) this.#again = true
      if (messages.length === 0) return
      telemetry.emit('messagesClaimed', { messages: messages.length })
      for (const { endpoint, tenant } of messages) this.#limits.enter(endpoint, tenant)
      this.#sender.send(messages)
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'claiming messages', error })
    }
  }
}
