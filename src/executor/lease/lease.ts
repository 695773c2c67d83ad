import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { entryUrl } from '../../entries.ts'
import { blockCalls } from '../../process/blockCalls.ts'
import type { Signals } from '../../signals.ts'
import type { Database } from '../../store/client.ts'
import type { JobHold } from '../../store/jobs/owned.ts'
import type { Judge } from '../../store/judge.ts'
import { ping } from '../../store/ping.ts'
import { DatabaseUnavailable } from '../../store/postgres/failures.ts'
import { type Replica, registerReplica, renewHolding, retireReplica } from '../../store/replica.ts'
import type { Telemetry } from '../../telemetry.ts'
import { DatabaseClock } from './databaseClock.ts'
import type { KeeperData, KeeperMessage, KeeperOrder } from './leaseKeeper.ts'
import { LeaseState, type Moment, now } from './leaseState.ts'

/** Whose lease it is, how long it is, and who is told when it is lost. */
export type LeaseOptions = {
  readonly database: Database
  /** For the thread that renews, which has a connection of its own. */
  readonly connectionString: string
  readonly telemetry: Telemetry
  readonly signals: Signals
  readonly seconds: number
  /** The process ends when its event loop has been silent for longer. */
  readonly silenceSeconds: number
}

/**
 * The lease of this process: one row, renewed every third of its length by a thread of its own (leaseKeeper.ts), so that
 * a block that holds the event loop loses nothing. Everything the process runs hangs on it.
 *
 * Who is right when two disagree: the database. A replica that was silent for longer than the lease has lost what others
 * took over meanwhile, and learns of it at its next write, whose fence no longer fits. What nobody took goes on. Local
 * clocks decide nothing; they only tell how much of the lease is left at least, counted from before the renewal was
 * sent, so that no step with effects begins on its last leg.
 */
export class Lease {
  readonly clock: DatabaseClock
  readonly #options: LeaseOptions
  readonly #state = new LeaseState()
  readonly #beat: NodeJS.Timeout
  #keeper: Worker
  #replica: Replica
  readonly #heard = Promise.withResolvers<void>()
  #closing = false

  private constructor(options: LeaseOptions, replica: Replica, sent: Moment, databaseNow: number) {
    this.#options = options
    this.#replica = replica
    this.#state.renewed(sent, options.seconds * 1000, 0)
    this.clock = new DatabaseClock({ now: databaseNow, sent: inMs(sent), received: inMs(now()) })
    this.#beat = setInterval(() => this.#state.beat(), Math.min(250, options.silenceSeconds * 50))
    this.#keeper = this.#startKeeper()
  }

  static async open(options: LeaseOptions): Promise<Lease> {
    await ping(options.database) // to connect takes long, and would blur what time the answer is from
    const sent = now()
    const { lease, ...replica } = await registerReplica(options.database, options.seconds)
    return new Lease(options, replica, sent, lease.now)
  }

  /**
   * Settles once the thread has renewed the lease, or said that it can't now. The thread takes a third of a start to begin:
   * what else is opened need not wait for it, who is told that the service is ready does.
   */
  get kept(): Promise<void> {
    return this.#heard.promise
  }

  get replica(): number {
    return this.#replica.id
  }

  /** What jobs name as their holder: this process's, and nobody else's ever. */
  get holder(): string {
    return this.#replica.holder
  }

  /** How often the lease has run out. Read before a statement that proves the hold of a job is sent; see `covers`. */
  get lapses(): number {
    return this.#state.lapses
  }

  /**
   * Who may say of others that they are dead: this replica, where its lease has run without a gap for its own length, so that
   * they had as much time to come back; else null. That it ran out is known here only once it is renewed: the statement
   * that judges looks whether it is as is said here. The lapses are read first, so that one which comes meanwhile is missed
   * by neither.
   */
  get judge(): Judge | null {
    const { lapses } = this.#state
    return this.#state.sinceLapse > this.#options.seconds * 1000 ? { holder: this.holder, lapses } : null
  }

  /**
   * Whether a job whose hold was proved when the lease had so many lapses is surely held now, and for half of the lease
   * to come: it has not run out since, so nobody could take the job over.
   */
  covers(provedAt: number): boolean {
    return this.#state.left >= this.#options.seconds * 500 && this.#state.lapses === provedAt
  }

  /**
   * Proves the hold of a job, and renews the lease in the same statement. Gives the lapses to be passed to `covers`;
   * null: another has the job. Fails where the database is away.
   */
  async prove(job: JobHold): Promise<number | null> {
    const { database, seconds } = this.#options
    const sent = now()
    const renewed = await renewHolding(database, this.#replica, seconds, job)
    if (renewed === null) return null
    this.#state.renewed(sent, seconds * 1000, renewed.lapses)
    return renewed.lapses
  }

  /** Ends the lease, so that nobody waits for it to run out. */
  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#beat)
    const exited = once(this.#keeper, 'exit').catch(() => undefined) // its error was told of
    this.#order('stop')
    await Promise.race([exited, sleep(KEEPER_PATIENCE_MS, undefined, { ref: false })])
    await this.#keeper.terminate()
    await retireReplica(this.#options.database, this.#replica).catch((error: unknown) => {
      // The lease then runs out by itself.
      this.#options.telemetry.emit('databaseFailed', { during: 'retiring the replica', error })
    })
  }

  #startKeeper(): Worker {
    const { connectionString, seconds, silenceSeconds, telemetry } = this.#options
    const workerData: KeeperData = {
      connectionString,
      replica: this.#replica,
      leaseSeconds: seconds,
      silenceSeconds,
      memory: this.#state.memory,
      blockCalls,
    }
    // Flags of the program around us, such as --input-type, would keep the thread from starting.
    const options = { workerData, name: 'lease', resourceLimits: SMALL, execArgv: [] }
    const keeper = new Worker(entryUrl('executor/lease/leaseKeeper'), options)
    keeper.on('message', (message: KeeperMessage) => this.#hear(message))
    keeper.on('error', (error) => telemetry.emit('databaseFailed', { during: 'renewing the lease', error }))
    keeper.on('exit', () => void this.#restartKeeper())
    return keeper
  }

  /** A thread that died takes the lease with it unless there is another. */
  async #restartKeeper(): Promise<void> {
    if (this.#closing) return
    await sleep(RETRY_MS)
    if (!this.#closing) this.#keeper = this.#startKeeper()
  }

  #hear(message: KeeperMessage): void {
    const { telemetry } = this.#options
    this.#heard.resolve()
    switch (message.kind) {
      case 'renewed':
        this.clock.sync(message.sample)
        telemetry.emit('leaseRenewed', { replica: this.replica })
        return
      case 'failed':
        telemetry.emit('databaseFailed', { during: 'renewing the lease', error: failureOf(message) })
        return
      case 'gone':
        this.#options.signals.leaseSwept.give()
        telemetry.emit('leaseSwept', { replica: this.replica })
        void this.#register()
    }
  }

  /** Takes another lease, after the row of this one was cleared away with everything that hung on it. */
  async #register(): Promise<void> {
    const { database, seconds, telemetry } = this.#options
    while (!this.#closing) {
      try {
        const sent = now()
        const { lapses } = this.#state
        const { lease: _lease, ...replica } = await registerReplica(database, seconds, lapses)
        this.#replica = replica
        this.#state.renewed(sent, seconds * 1000, lapses)
        this.#order({ replica: this.#replica })
        return
      } catch (error) {
        telemetry.emit('databaseFailed', { during: 'registering anew', error })
        await sleep(RETRY_MS)
      }
    }
  }

  #order(order: KeeperOrder): void {
    this.#keeper.postMessage(order)
  }
}

const RETRY_MS = 500

/** It renews one row; room for more than that is memory for nothing. In MiB. */
const SMALL = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

/** The thread may be in the middle of a renewal that hangs. */
const KEEPER_PATIENCE_MS = 1000

/** What the thread met: an error keeps no class on its way from there. */
function failureOf({ code, message }: Extract<KeeperMessage, { kind: 'failed' }>): DatabaseUnavailable {
  return new DatabaseUnavailable(Object.assign(new Error(message), code === null ? {} : { code }))
}

function inMs(moment: Moment): number {
  return Number(moment.monotonic) / 1e6
}
