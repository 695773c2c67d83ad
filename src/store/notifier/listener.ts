import { setTimeout as after } from 'node:timers/promises'
import pRetry from 'p-retry'
import type pg from 'pg'
import type { Address } from '../postgres/address.ts'
import { connectTo } from '../postgres/connect.ts'
import { sessionText } from '../postgres/session.ts'
import { hears, ListenerLost, type Rhythm } from './hearing.ts'

/** The channel that all replicas on one database share. */
const CHANNEL = 'conduit'

const ANSWER_MS = 5000

const RHYTHM: Rhythm = { beatMs: 5000, hearMs: 3000, askMs: 1000 }

/**
 * `synchronous_commit=off`: a notification takes a transaction id, so its commit would wait for the disk. It tells of
 * what is durable already, and the poll makes good one that a crash lost.
 */
const SESSION = sessionText({
  schema: null,
  statementMs: ANSWER_MS,
  lockMs: ANSWER_MS,
  settings: { synchronous_commit: 'off' },
})

/** Sends payloads in a statement of its own, after the commit of what they tell (inside it, it holds up all commits). */
export const NOTIFY = `select pg_notify('${CHANNEL}', p) from unnest($1::text[]) as p`

/** Where a listener listens, and how it knows that it still hears. */
export type ListenerOptions = {
  readonly address: Address
  /** Sends a payload through another connection: only what comes from there shows that this one listens. */
  readonly sendElsewhere: (payload: string) => Promise<void>
  /** Sent when a connection begins; it must be heard. */
  readonly hello: string
  /** Sent with each heartbeat, which must be heard. */
  readonly here: string
  /** Every payload, our own too. */
  readonly onPayload: (payload: string) => void
  /** From now on what is sent is heard; what came before may have been missed. */
  readonly onListening: () => void
  /** From now on it is not, for that reason. Told again for each attempt that failed. */
  readonly onDeaf: (error: Error) => void
  /** Default: a heartbeat each 5 s. */
  readonly rhythm?: Rhythm
}

/** LISTEN was taken, and nothing is heard: a pooler in transaction mode does that. */
export class NotHeard extends Error {
  override readonly name = 'NotHeard'
}

/**
 * The one listening connection of a replica, kept up: made again with backoff when it fails. Every 5 s a heartbeat goes
 * out through the other connections and must come back here (`hears`): a line can die without a word, a pooler can give
 * it to another, and after a failover it may lead to a server that nobody writes to any more.
 */
export class Listener {
  readonly #options: ListenerOptions
  readonly #rhythm: Rhythm
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #client: pg.Client | null = null

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#rhythm = options.rhythm ?? RHYTHM
    this.#running = this.#run()
  }

  /** Sends payloads on the listening connection. Where there is none they are lost. */
  async send(payloads: readonly string[]): Promise<void> {
    if (payloads.length > 0) await this.#client?.query(NOTIFY, [payloads])
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const client = await this.#keepConnecting()
      if (client === null) return
      const error = await this.#attend(client)
      await drop(client)
      if (!signal.aborted) this.#options.onDeaf(error)
    }
  }

  /** Null when this is closed. */
  #keepConnecting(): Promise<pg.Client | null> {
    const { signal } = this.#stop
    return pRetry(() => this.#connect(), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 100,
      maxTimeout: 10_000,
      randomize: true,
      signal,
      shouldRetry: () => true,
      onFailedAttempt: ({ error }) => {
        if (!signal.aborted) this.#options.onDeaf(error)
      },
    }).catch(() => null)
  }

  /** A connection that is known to hear. */
  async #connect(): Promise<pg.Client> {
    const { address, hello, sendElsewhere, onPayload } = this.#options
    const { signal } = this.#stop
    const patience = { patienceMs: ANSWER_MS, answerMs: ANSWER_MS }
    const client = await connectTo(address, { name: 'conduit listener', ...patience, signal })
    const giveUp = (): void => void client.connection.stream.destroy()
    signal.addEventListener('abort', giveUp)
    // What others say right behind our own hello comes in one piece with it: who listened only then would miss it.
    client.on('notification', ({ payload = '' }) => onPayload(payload))
    try {
      await client.query(SESSION)
      await client.query(`listen ${CHANNEL}`)
      if (await hears(client, hello, sendElsewhere, this.#rhythm, signal)) return client
      throw new NotHeard('LISTEN was taken, but nothing is heard: DATABASE_DIRECT_URL must lead past a pooler')
    } catch (error) {
      await drop(client)
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Hands on what is heard. Resolves when the connection fails, or when this is closed. */
  async #attend(client: pg.Client): Promise<Error> {
    const { onListening } = this.#options
    const lost = new Promise<Error>((resolve) => {
      client.once('end', () => resolve(new ListenerLost()))
    })
    this.#client = client
    onListening()
    const error = await Promise.race([lost, this.#beat(client)])
    this.#client = null
    return error
  }

  /** Resolves when a heartbeat is not heard. */
  async #beat(client: pg.Client): Promise<Error> {
    const { here, sendElsewhere } = this.#options
    const { signal } = this.#stop
    try {
      for (;;) {
        await after(this.#rhythm.beatMs, undefined, { signal })
        if (!(await hears(client, here, sendElsewhere, this.#rhythm, signal)))
          return new NotHeard('what is sent through other connections is no longer heard')
      }
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}

/** Ends a connection, politely where it answers. */
async function drop(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), after(500, undefined, { ref: false })])
  client.connection.stream.destroy()
}
