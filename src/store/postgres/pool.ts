import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Address } from './address.ts'
import { cancelStatement } from './cancel.ts'
import { isOutOfConnections, sqlState } from './failures.ts'
import { type SessionOptions, sessionText } from './session.ts'

/** Where the connections of a pool lead, what they are set to, and how many there are. */
export type PoolOptions = {
  readonly address: Address
  readonly name: string
  readonly session: SessionOptions
  /** Connections at most. */
  readonly max: number
  /** A statement that is not answered by then fails, and its connection is given up. */
  readonly answerMs: number
  /** Connections are kept for so long while nobody needs them; 0: for good. */
  readonly idleMs: number
  readonly types?: pg.CustomTypesConfig
  /** Told of connections that fail while idle: the pool replaces them. */
  readonly onIdleError: (error: Error) => void
  /** There is no room for a single connection: asked to make some, if others are had elsewhere. */
  readonly onNoRoom?: () => void
  /** Told of a server that takes no writes: it may be an old primary, and the name lead elsewhere by now. */
  readonly onReadOnly?: () => void
}

/** A new connection to a server that is silent is given up after so long. */
const CONNECT_MS = 10_000

/** Where the server has no room for as many connections as wanted, it is not asked for more before so long. */
const ROOM_AGAIN_MS = 30_000

/** With no connection at all, room for one is asked for so often. */
const NO_ROOM_MS = 100

/**
 * Connections whose sessions are ours, and never more than `max`. Requests wait in turn for one; where the server, or the
 * role's own limit, has room for fewer, they queue on those that there are.
 *
 * Who gives up first is the server, by its `statement_timeout`: a statement that only we had given up would go on waiting
 * there, in a connection that nobody counts. What is given up here, on a line that fell silent, is cancelled there.
 */
export class ConnectionPool {
  readonly pool: pg.Pool
  readonly #options: PoolOptions
  /** Of all connections, those that are only being made included. */
  readonly #sockets = new Set<Socket>()
  /** Connections that came about and are there still: those that are only being made may never be. */
  readonly #made = new Set<pg.PoolClient>()
  /** Connections that somebody has, and what cuts those that are silent in a drain. */
  readonly #busy = new Map<pg.PoolClient, NodeJS.Timeout | null>()
  #answerMs: number
  #hurrying = false
  #roomAgainAt = 0
  /** So many connections are ended when they are given back, to leave room. */
  #owed = 0
  /** Connections that serve more than once: made since the last `renew`, to a server that took writes then. */
  #fresh = new WeakSet<pg.ClientBase>()
  #ending: Promise<void> | null = null

  constructor(options: PoolOptions) {
    const { address, name, session, max, answerMs, idleMs, types } = options
    this.#options = options
    this.#answerMs = answerMs
    const text = sessionText(session)
    this.pool = new pg.Pool({
      ...address.connection,
      stream: () => this.#openSocket(),
      max,
      application_name: name,
      connectionTimeoutMillis: Math.min(CONNECT_MS, answerMs),
      idleTimeoutMillis: idleMs,
      query_timeout: answerMs,
      keepAlive: true,
      ...(types === undefined ? {} : { types }),
      onConnect: async (client) => {
        await client.query({ text, ...this.#patience() })
        const { rows } = await client.query({ ...IS_READ_ONLY, ...this.#patience() })
        if (rows[0]?.transaction_read_only === 'off') this.#fresh.add(client)
      },
    })
    this.pool.on('connect', (client) => this.#made.add(client))
    this.pool.on('remove', (client) => this.#made.delete(client))
    this.pool.on('acquire', (client) => this.#busy.set(client, this.#hurrying ? this.#cutLater(client) : null))
    this.pool.on('release', (error, client) => {
      clearTimeout(this.#busy.get(client) ?? undefined)
      this.#busy.delete(client)
      if (error) return
      if (isWorking(client)) giveUp(client)
      else if (this.#owed > 0 || !this.#fresh.has(client)) {
        this.#owed = Math.max(0, this.#owed - 1)
        void client.end()
      }
    })
    // A pool is closed before its connections are: a server of our own that stops then ends them, which is no failure.
    this.pool.on('error', (error) => {
      if (this.#ending === null) options.onIdleError(error)
    })
  }

  /** Runs a statement. @param answerMs how long its answer is waited for; a line that is silent for longer is given up */
  async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig, answerMs = this.#answerMs): Promise<Row[]> {
    const timed = answerMs === this.#options.answerMs ? query : { ...query, query_timeout: answerMs }
    const client = await this.#connect()
    client.on('error', ignore) // what is asked fails too
    let failure: Error | undefined
    try {
      return (await client.query<Row>(timed)).rows
    } catch (error) {
      failure = this.#judge(error, client)
      throw error
    } finally {
      client.off('error', ignore)
      client.release(failure)
    }
  }

  /**
   * Each connection that there is serves no more than what it is used for next: what only reads would go on for ever on
   * an old primary that lives on.
   */
  renew(): void {
    this.#fresh = new WeakSet()
  }

  /** From now on nothing is waited for longer than so many milliseconds, what is under way neither: the process ends. */
  hurry(milliseconds: number): void {
    this.#hurrying = true
    this.#answerMs = Math.min(this.#answerMs, milliseconds)
    this.pool.options.connectionTimeoutMillis = this.#answerMs
    for (const client of this.#busy.keys()) this.#busy.set(client, this.#cutLater(client))
  }

  /** Waits for nothing any more: what is under way fails, and so does whatever is asked from now on. */
  abandon(): void {
    void this.#end()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Waits for what is under way, but no longer than so many milliseconds. */
  async close(patienceMs: number): Promise<void> {
    const cut = setTimeout(() => this.abandon(), patienceMs)
    await this.#end()
    clearTimeout(cut)
  }

  #end(): Promise<void> {
    this.#ending ??= this.pool.end()
    return this.#ending
  }

  #openSocket(): Socket {
    const socket = new Socket()
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  /** How long an answer is waited for now, where that is no longer as long as at the start. */
  #patience(): { query_timeout?: number } {
    return this.#answerMs === this.#options.answerMs ? {} : { query_timeout: this.#answerMs }
  }

  #cutLater(client: pg.PoolClient): NodeJS.Timeout {
    return setTimeout(() => client.connection.stream.destroy(), this.#answerMs).unref()
  }

  /** Whether the connection has to go with the error: what Postgres says of a statement says nothing against it. */
  #judge(error: unknown, client: pg.PoolClient): Error | undefined {
    const code = sqlState(error)
    if (code === undefined) cancelStatement(client)
    else if (!SPOILS.test(code)) return undefined
    if (code === READ_ONLY) this.#options.onReadOnly?.()
    return error instanceof Error ? error : new Error(String(error))
  }

  #connect(): Promise<pg.PoolClient> {
    return this.withRoom(() => this.pool.connect())
  }

  /** Does something that needs a connection of the pool, again and again while there is no room for one. */
  async withRoom<Result>(use: () => Promise<Result>): Promise<Result> {
    const until = performance.now() + this.#answerMs
    for (;;) {
      this.#findRoomAgain()
      try {
        return await use()
      } catch (error) {
        if (!isOutOfConnections(error) || performance.now() > until) throw error
        await this.#makeDo()
      }
    }
  }

  /** Ends one of its connections once it is not used, unless it is the last: another pool has none. */
  leaveRoom(): void {
    if (this.#made.size < 2 || this.#owed > 0) return
    this.#owed = 1
    this.pool.options.max = this.#made.size - 1
    this.#roomAgainAt = performance.now() + ROOM_AGAIN_MS
  }

  /** There is no room for another connection: those that there are have to do. */
  async #makeDo(): Promise<void> {
    this.#roomAgainAt = performance.now() + ROOM_AGAIN_MS
    if (this.#made.size > 0) {
      this.pool.options.max = this.#made.size
      return
    }
    this.#options.onNoRoom?.()
    await sleep(NO_ROOM_MS)
  }

  #findRoomAgain(): void {
    const { options } = this.pool
    if (options.max === this.#options.max || performance.now() < this.#roomAgainAt) return
    options.max = this.#options.max
    this.#owed = 0
  }
}

/**
 * After these a connection is of no use, or worse than another: 08 it is broken, 25 its session or server can't write (a
 * primary that became a standby: the name may lead to the new one by now), 26, 42P05 and 0A000 what it prepared is not there, 57P it is being
 * ended, XX its server is not well.
 */
const SPOILS = /^(08|25|26|42P05|0A000|57P|58|XX)/

/**
 * Asked of each new connection. One that leads to a server without writes serves once: after the last write was refused
 * there, the name may lead there still for a moment, and nothing that only reads would tell.
 */
const IS_READ_ONLY: pg.QueryConfig = { text: 'show transaction_read_only' }

/** `read_only_sql_transaction` */
const READ_ONLY = '25006'

function ignore(): void {}

/** Whether a connection still waits for an answer. Given back so, by a rollback on a silent line, it would hold up the next. */
function isWorking(client: pg.PoolClient): boolean {
  return 'readyForQuery' in client && client.readyForQuery === false
}

/** Ends a connection for good: the pool takes none that is ending. */
function giveUp(client: pg.PoolClient): void {
  cancelStatement(client)
  void client.end()
}
