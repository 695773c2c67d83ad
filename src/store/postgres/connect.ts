import pg from 'pg'
import type { Address } from './address.ts'

/** A connection could not be had. The cause says why. */
export class ConnectFailed extends Error {
  override readonly name = 'ConnectFailed'
}

/** A server said nothing for so long that it was given up. */
export class ServerSilent extends Error {
  override readonly name = 'ServerSilent'

  constructor(milliseconds: number) {
    super(`the server did not answer within ${milliseconds / 1000} s`)
  }
}

/** How a single connection is made, and how long it may be silent. */
export type ConnectOptions = {
  /** By this name it is seen in `pg_stat_activity`. */
  readonly name: string
  /** How long a connection may take, in milliseconds. Default 10,000. */
  readonly patienceMs?: number
  /** How long an answer is waited for; left out: for ever. */
  readonly answerMs?: number
  /** Gives the attempt up. */
  readonly signal?: AbortSignal
}

const PATIENCE_MS = 10_000

/** A connection of its own, beside any pool. Whoever asks ends it. Throws a `ConnectFailed`. */
export async function connectTo({ connection }: Address, options: ConnectOptions): Promise<pg.Client> {
  const { name, patienceMs = PATIENCE_MS, answerMs } = options
  const timed = answerMs === undefined ? {} : { query_timeout: answerMs }
  const client = new pg.Client({ ...connection, application_name: name, keepAlive: true, ...timed })
  client.on('error', () => undefined) // what is asked fails too, and `end` follows
  let silent = false
  const giveUp = (): void => void client.connection.stream.destroy()
  options.signal?.addEventListener('abort', giveUp)
  const timer = setTimeout(() => {
    silent = true
    giveUp()
  }, patienceMs)
  try {
    await client.connect()
    return client
  } catch (error) {
    throw new ConnectFailed('no connection to the database', { cause: silent ? new ServerSilent(patienceMs) : error })
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', giveUp)
  }
}

/**
 * Gives what is asked of a connection. One that is silent for longer is given up: a line may die, or a server freeze, right
 * after it let us in. Throws a `ConnectFailed` then, and whatever the asking throws.
 */
export async function answeredWithin<Answer>(
  client: pg.Client,
  milliseconds: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  let silent = false
  const timer = setTimeout(() => {
    silent = true
    client.connection.stream.destroy()
  }, milliseconds)
  try {
    return await ask()
  } catch (error) {
    if (!silent) throw error
    throw new ConnectFailed('the connection to the database is silent', { cause: new ServerSilent(milliseconds) })
  } finally {
    clearTimeout(timer)
  }
}
