import type { Versions } from '../definitions/versions.ts'
import type { Signals } from '../signals.ts'
import type { Database } from '../store/client.ts'
import type { NewsKind } from '../store/notifier/messages.ts'
import { Notifier } from '../store/notifier/notifier.ts'
import type { Telemetry } from '../telemetry.ts'
import { DefinitionCache } from './definitions.ts'
import { Live } from './live.ts'
import { LookUps } from './lookUps.ts'
import { type Ask, type EventPage, EventReader } from './reader.ts'
import { type Follower, type JobRef, type Watch, Watches } from './watches.ts'

/** What events are read from, and who says that there are new ones. */
export type FeedOptions = {
  readonly database: Database
  readonly versions: Versions
  /** Of the database itself, for LISTEN. */
  readonly directUrl: string
  readonly telemetry: Telemetry
  readonly signals: Signals
}

/**
 * What happens to jobs, for whoever asks: their events, past then live, and their ends. A job's events are its step rows
 * and its end, so nobody sees one before it is committed. Who watches is told at once of what is committed here, soon of
 * what is committed elsewhere, and late but certainly of what was told in vain; told is only that there is something to
 * read, and everything told is read from the database.
 */
export class Feed {
  readonly #watches = new Watches()
  readonly #reader: EventReader
  /** For lists, which go out in pieces. */
  readonly #listReader: EventReader
  readonly #notifier: Notifier
  readonly #lookUps: LookUps
  /** What is told only while it happens. */
  readonly live: Live
  readonly #hearing: readonly (() => void)[]
  #released = false

  constructor({ database, versions, directUrl, telemetry, signals }: FeedOptions) {
    const definitions = new DefinitionCache(versions)
    this.#reader = new EventReader(database, definitions, 'whole')
    this.#listReader = new EventReader(database, definitions, 'later')
    this.#lookUps = new LookUps({
      database,
      watches: this.#watches,
      isListening: () => this.#notifier.isListening,
      onMoved: wakeBehind,
      onOver: wakeAll,
      onError: (error) => telemetry.emit('databaseFailed', { during: 'looking for events', error }),
    })
    this.#notifier = new Notifier({
      connectionString: directUrl,
      database,
      onNews: (kind, hashes) => {
        if (kind === 'sent') signals.sentHere.give(hashes)
        else if (kind === 'watched') this.live.watchedElsewhere(hashes)
        else if (kind === 'joined') this.live.joinedElsewhere(hashes)
        else this.#hear(kind, hashes)
      },
      onLive: (text) => this.live.hearElsewhere(text),
      onQueued: () => {
        signals.queuedElsewhere.give()
        telemetry.emit('queuedElsewhere')
      },
      onMissed: () => this.#lookAgain(),
      onListening: (state) => telemetry.emit('listening', state),
    })
    this.live = new Live({
      watched: (job) => this.#notifier.publish('watched', job),
      joined: (job) => this.#notifier.publish('joined', job),
      happened: (text) => this.#notifier.publishLive(text),
    })
    this.#hearing = [
      signals.recorded.on(this.#onRecorded),
      signals.jobFinished.on(this.#onFinished),
      signals.jobReleased.on(this.#onReleased),
      signals.sentElsewhere.on((job) => this.#notifier.publish('sent', job)),
    ]
  }

  /** Wakes the follower whenever the job may have events that it did not read; gives what ends that. */
  follow(job: JobRef, follower: Follower): () => void {
    const watch = this.#open(job)
    watch.followers.add(follower)
    return () => {
      watch.followers.delete(follower)
      this.#watches.release(watch)
    }
  }

  /**
   * The next events of a job; null where there is no such job, or no longer. Throws `DatabaseUnavailable`; who follows
   * the job is woken when the database is back.
   */
  async read(ask: Ask): Promise<EventPage | null> {
    try {
      return await (ask.values === 'later' ? this.#listReader : this.#reader).read(ask)
    } catch (error) {
      this.#lookUps.failed()
      throw error
    }
  }

  /**
   * Resolves when the job is over or gone, when the time is up, when `signal` aborts (the client went away), or when
   * the service drains. The caller then looks how the job stands.
   */
  async waitForEnd(job: JobRef, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.#released || signal?.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const watch = this.#open(job)
    watch.waiting.add(resolve)
    this.#lookUps.lookSoon(watch)
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
    watch.waiting.delete(resolve)
    this.#watches.release(watch)
  }

  /** Whether the service drains: nobody waits any more, and whoever follows goes elsewhere. */
  get released(): boolean {
    return this.#released
  }

  /** Wakes everyone who waits or follows; from now on nobody waits. */
  release(): void {
    this.#released = true
    for (const watch of this.#watches.values()) wakeAll(watch)
  }

  /** Tells the other replicas what is still to be told, and ends. */
  async close(): Promise<void> {
    this.release()
    for (const end of this.#hearing) end()
    this.live.close()
    await this.#lookUps.close()
    await this.#reader.close()
    await this.#listReader.close()
    await this.#notifier.close()
  }

  readonly #onRecorded = (job: JobRef): void => {
    this.#notifier.publish('moved', job)
    if (this.#watches.size === 0) return
    const watch = this.#watches.get(job)
    if (watch !== undefined) wakeFollowers(watch)
  }

  readonly #onFinished = (job: JobRef & { readonly atOnce: boolean }): void => {
    if (job.atOnce) return
    this.#notifier.publish('ended', job)
    if (this.#watches.size === 0) return
    const watch = this.#watches.get(job)
    if (watch !== undefined) wakeAll(watch)
  }

  readonly #onReleased = (): void => this.#notifier.publishQueued()

  #open(job: JobRef): Watch {
    const watch = this.#watches.open(job)
    this.#lookUps.begin()
    return watch
  }

  #hear(kind: NewsKind, hashes: readonly number[]): void {
    if (this.#watches.size === 0) return
    for (const hash of hashes) {
      for (const watch of this.#watches.withHash(hash)) {
        wakeFollowers(watch)
        // Two jobs may share a hash: whether this one is over is looked up.
        if (kind === 'ended' && watch.waiting.size > 0) this.#lookUps.lookSoon(watch)
      }
    }
  }

  #lookAgain(): void {
    for (const watch of this.#watches.values()) {
      wakeFollowers(watch)
      if (watch.waiting.size > 0) this.#lookUps.lookSoon(watch)
    }
  }
}

function wakeFollowers({ followers }: Watch): void {
  for (const follower of followers) follower.wake()
}

function wakeBehind({ followers }: Watch, recorded: number): void {
  for (const follower of followers) if (follower.cursor < recorded) follower.wake()
}

function wakeAll(watch: Watch): void {
  wakeFollowers(watch)
  for (const wake of watch.waiting) wake()
}
