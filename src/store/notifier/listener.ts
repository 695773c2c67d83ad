import { setTimeout as after } from 'node:timers/promises'
import pRetry from 'p-retry'
import pg from 'pg'

/** The channel that all replicas on one database share. */
const CHANNEL = 'conduit'

const ANSWER_MS = 5000
const PROBE_MS = 10_000
const HEAR_MS = 3000

/**
 * `synchronous_commit=off`: a notification takes a transaction id, so its commit would wait for the disk. It tells of
 * what is durable already, and the poll makes good one that a crash lost.
 */
const SESSION = '-c synchronous_commit=off'

/** Sends payloads in a statement of its own, after the commit of what they tell (inside it, it holds up all commits). */
export const NOTIFY = `select pg_notify('${CHANNEL}', p) from unnest($1::text[]) as p`

/** By the server's own list: a connection that a pooler gave to another no longer listens. */
const PROBE = `select pg_notify('${CHANNEL}', $1) from pg_listening_channels() as c where c = '${CHANNEL}'`

export type ListenerOptions = {
  readonly connectionString: string
  /** Sends a payload through another connection: only what comes from there shows that this one listens. */
  readonly sendElsewhere: (payload: string) => Promise<void>
  /** Sent when a connection begins; it must be heard. */
  readonly hello: string
  /** Sent with each probe. */
  readonly here: string
  /** Every payload, our own too. */
  readonly onPayload: (payload: string) => void
  /** From now on what is sent is heard; what came before may have been missed. */
  readonly onListening: () => void
  /** From now on it is not, for that reason. Told again for each attempt that failed. */
  readonly onDeaf: (error: Error) => void
}

/** LISTEN was taken, and nothing is heard: a pooler in transaction mode does that. */
export class NotHeard extends Error {
  override readonly name = 'NotHeard'
}

/**
 * The one listening connection of a replica, kept up: made again with backoff when it fails, and probed every 10 s, since
 * a connection can die without a word.
 */
export class Listener {
  readonly #options: ListenerOptions
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #client: pg.Client | null = null

  constructor(options: ListenerOptions) {
    this.#options = options
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
    const { connectionString, hello, sendElsewhere } = this.#options
    const client = new pg.Client({
      connectionString,
      application_name: 'conduit listener',
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      options: SESSION,
    })
    client.on('error', () => undefined) // `end` follows, and whoever waits for an answer is told
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
      if (await hears(client, hello, sendElsewhere)) return client
      throw new NotHeard('LISTEN was taken, but nothing is heard: DATABASE_DIRECT_URL must lead past a pooler')
    } catch (error) {
      await drop(client)
      throw error
    }
  }

  /** Hands on what is heard. Resolves when the connection fails, or when this is closed. */
  async #attend(client: pg.Client): Promise<Error> {
    const { onPayload, onListening } = this.#options
    const lost = new Promise<Error>((resolve) => {
      client.once('end', () => resolve(new Error('the listening connection was lost')))
    })
    client.on('notification', ({ payload = '' }) => onPayload(payload))
    this.#client = client
    onListening()
    const error = await Promise.race([lost, this.#probe(client)])
    this.#client = null
    return error
  }

  async #probe(client: pg.Client): Promise<Error> {
    const { signal } = this.#stop
    try {
      for (;;) {
        await after(PROBE_MS, undefined, { signal })
        const { rowCount } = await client.query(PROBE, [this.#options.here])
        if (rowCount !== 1) return new NotHeard('the connection no longer listens')
      }
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}

async function hears(client: pg.Client, payload: string, send: (payload: string) => Promise<void>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const listener = (message: pg.Notification): void => {
    if (message.payload === payload) resolve(true)
  }
  client.on('notification', listener)
  const timer = setTimeout(() => resolve(false), HEAR_MS)
  try {
    await send(payload)
    return await promise
  } finally {
    clearTimeout(timer)
    client.off('notification', listener)
  }
}

/** Ends a connection, politely where it answers. */
async function drop(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), after(500, undefined, { ref: false })])
  client.connection.stream.destroy()
}
