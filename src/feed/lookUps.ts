import type { Database } from '../store/client.ts'
import { findMoved } from '../store/jobs/events.ts'
import type { Follower, Watch, Watches } from './watches.ts'

/** Whatever is told in vain is found this soon: where others are heard, and where they are not. */
const HEARING_MS = 2000
const DEAF_MS = 500

/** A job is looked at so soon after somebody began to wait: it may have ended just before. Most are over by then. */
const FRESH_MS = 25

/** So many jobs are looked up by one query. */
const MAX_JOBS = 1000

/** Beyond every seq: whoever only waits for the end is told of nothing else. */
const NEVER = 2147483647

/** What is looked for in the database, and who is told what was found. */
export type LookUpsOptions = {
  readonly database: Database
  readonly watches: Watches
  /** Whether news from other replicas are heard now. */
  readonly isListening: () => boolean
  /** A watched job has steps that not every follower has read. */
  readonly onMoved: (watch: Watch, recorded: number) => void
  /** A watched job is over, or gone. */
  readonly onOver: (watch: Watch) => void
  readonly onError: (error: unknown) => void
}

/**
 * The poll underneath all that is told: it makes a lost message late, never lost. One query looks at all watched jobs;
 * nothing is asked while nobody watches.
 */
export class LookUps {
  readonly #options: LookUpsOptions
  readonly #fresh = new Set<Watch>()
  #timer: NodeJS.Timeout | null = null
  #freshTimer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #failing = false
  #closed = false

  constructor(options: LookUpsOptions) {
    this.#options = options
  }

  /** Looks regularly from now on, as long as jobs are watched. */
  begin(): void {
    if (this.#closed || this.#timer !== null) return
    const pause = this.#failing || !this.#options.isListening() ? DEAF_MS : HEARING_MS
    this.#timer = setTimeout(() => this.#turn(() => this.#options.watches.values()), pause)
  }

  /** Looks at one job soon. */
  lookSoon(watch: Watch): void {
    this.#fresh.add(watch)
    if (this.#closed || this.#freshTimer !== null) return
    this.#freshTimer = setTimeout(() => {
      this.#freshTimer = null
      const fresh = [...this.#fresh]
      this.#fresh.clear()
      this.#running = this.#running.then(() => this.#look(fresh.filter(isWatched)))
    }, FRESH_MS)
  }

  /** A read failed: the database is asked more often until it answers, and then everybody is woken. */
  failed(): void {
    this.#failing = true
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#freshTimer !== null) clearTimeout(this.#freshTimer)
    await this.#running
  }

  #turn(watches: () => Iterable<Watch>): void {
    this.#running = this.#running
      .then(() => this.#look([...watches()]))
      .finally(() => {
        this.#timer = null
        if (this.#options.watches.size > 0) this.begin()
      })
  }

  async #look(watches: readonly Watch[]): Promise<void> {
    const wasFailing = this.#failing
    try {
      for (let i = 0; i < watches.length; i += MAX_JOBS) await this.#lookAt(watches.slice(i, i + MAX_JOBS))
      this.#failing = false
      if (wasFailing) for (const watch of watches) this.#options.onMoved(watch, NEVER)
    } catch (error) {
      this.#failing = true
      this.#options.onError(error)
    }
  }

  async #lookAt(watches: readonly Watch[]): Promise<void> {
    const watched = watches.map(({ tenant, id, followers }) => ({ tenant, id, known: leastRead(followers) }))
    for (const { index, over, recorded } of await findMoved(this.#options.database, watched)) {
      const watch = watches[index]
      if (watch === undefined) continue
      if (over) this.#options.onOver(watch)
      else this.#options.onMoved(watch, recorded)
    }
  }
}

function leastRead(followers: ReadonlySet<Follower>): number {
  let least = NEVER
  for (const { cursor } of followers) least = Math.min(least, cursor)
  return least
}

function isWatched({ followers, waiting }: Watch): boolean {
  return followers.size > 0 || waiting.size > 0
}
