import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../client.ts'
import { readAddress } from '../postgres/address.ts'
import { statement } from '../statement.ts'
import { Listener, NOTIFY } from './listener.ts'
import { happening, hashOfJob, type NewsKind, news, presence, readMessage } from './messages.ts'

/** What happens within so long is told in one message. */
const GATHER_MS = 10

/** How long a close waits for a line that may be silent: what it tells is found by a poll too. */
const CLOSE_MS = 1000

/** Who listens says so every 10 s: whoever was silent for longer than this is no more. */
const PRESENT_MS = 35_000

const SEND = statement({ name: 'notify', text: NOTIFY })

/** Where notifications come from, and who is told of them. */
export type NotifierOptions = {
  /** Leads to the database itself, not through a pooler. */
  readonly connectionString: string
  readonly database: Database
  /** Another replica says so of jobs with these hashes. */
  readonly onNews: (kind: NewsKind, hashes: readonly number[]) => void
  /** Another replica says what happens in a job that is watched live. */
  readonly onLive: (text: string) => void
  /** Another replica says that there is something to claim. */
  readonly onQueued: () => void
  /** Any job may have moved or ended meanwhile: messages were missed. */
  readonly onMissed: () => void
  /** Whether this replica hears the others, whenever that changes. */
  readonly onListening: (state: { readonly listening: boolean; readonly error: Error | null }) => void
}

/**
 * Tells other replicas of what is committed here, and hears what they tell: soon, and never for certain. A message that
 * is lost is made good by the poll of whoever waits.
 *
 * Nothing is sent where nobody else listens. Who listens is known from what they say: `hello` at the start of a
 * connection, which the others answer with `here`, and `here` every 10 s.
 */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #self = randomBytes(4).toString('hex')
  readonly #listener: Listener
  readonly #gathered: Record<NewsKind, Set<number>> = {
    moved: new Set(),
    ended: new Set(),
    sent: new Set(),
    watched: new Set(),
    joined: new Set(),
  }
  #queued = false
  #othersSeen = Number.NEGATIVE_INFINITY
  #listening: boolean | null = null
  #timer: NodeJS.Timeout | null = null
  #sending: Promise<void> | null = null

  constructor(options: NotifierOptions) {
    this.#options = options
    const { connectionString, database } = options
    this.#listener = new Listener({
      address: readAddress(connectionString),
      sendElsewhere: async (payload) => void (await database.query(SEND, [[payload]])),
      hello: presence('hello', this.#self),
      here: presence('here', this.#self),
      onPayload: (payload) => this.#hear(payload),
      onListening: () => {
        this.#setListening(true, null)
        // Who began meanwhile said hello while nothing could be answered.
        void this.#deliver([presence('here', this.#self)])
        options.onMissed()
      },
      onDeaf: (error) => this.#setListening(false, error),
    })
  }

  /** Whether this replica hears the others now. */
  get isListening(): boolean {
    return this.#listening === true
  }

  /** Tells of a job, soon, together with others; at no cost where nobody else listens. */
  publish(kind: NewsKind, job: { readonly tenant: string; readonly id: string }): void {
    if (performance.now() - this.#othersSeen > PRESENT_MS) return
    this.#gathered[kind].add(hashOfJob(job))
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS)
  }

  /** Tells that there is something to claim, soon. */
  publishQueued(): void {
    if (performance.now() - this.#othersSeen > PRESENT_MS) return
    this.#queued = true
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS)
  }

  /** Tells what happens in a job that is watched live elsewhere. One that is lost is not told again. */
  publishLive(text: string): void {
    void this.#deliver([happening(this.#self, text)])
  }

  /** Sends what was gathered, then ends the connection. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const told = this.#sendRest()
    await Promise.race([told, sleep(CLOSE_MS, undefined, { ref: false })])
    await this.#listener.close()
  }

  async #sendRest(): Promise<void> {
    await this.#sending
    this.#send()
    await this.#sending
  }

  #send(): void {
    if (this.#sending !== null) {
      this.#timer = setTimeout(() => this.#send(), GATHER_MS)
      return
    }
    this.#timer = null
    const queued = this.#queued ? [presence('queued', this.#self)] : []
    const payloads = [...queued, ...news(this.#self, this.#gathered)]
    this.#queued = false
    for (const hashes of Object.values(this.#gathered)) hashes.clear()
    this.#sending = this.#deliver(payloads).finally(() => {
      this.#sending = null
    })
  }

  /** A connection that fails loses what was to be sent: whoever waits for it polls. */
  async #deliver(payloads: readonly string[]): Promise<void> {
    await this.#listener.send(payloads).catch(() => undefined)
  }

  #hear(payload: string): void {
    const message = readMessage(payload)
    if (message === null || message.from === this.#self) return
    this.#othersSeen = performance.now()
    const { content } = message
    switch (content.kind) {
      case 'hello':
        void this.#deliver([presence('here', this.#self)])
        return
      case 'here':
        return
      case 'live':
        this.#options.onLive(content.text)
        return
      case 'queued':
        this.#options.onQueued()
        return
      case 'much':
        this.#options.onMissed()
        return
      default:
        this.#options.onNews(content.kind, content.hashes)
    }
  }

  #setListening(listening: boolean, error: Error | null): void {
    if (this.#listening === listening) return
    this.#listening = listening
    this.#options.onListening({ listening, error })
  }
}
