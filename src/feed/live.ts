import { storedJson } from '../engine/values/storedJson.ts'
import { jobKey } from '../store/jobs/jobKey.ts'
import { hashOfJob } from '../store/notifier/messages.ts'
import type { LiveEvent } from '../wire/liveEvent.ts'
import type { JobRef } from './watches.ts'

/** Replicas say so often which jobs are watched live there; who says nothing for longer than `FORGET_MS` watches none. */
const SAY_MS = 3000
const FORGET_MS = 10_000

/** Postgres takes less than 8,000 bytes in one notification: what is larger is told on its own replica alone. */
const MAX_PAYLOAD = 7500

/** How others hear of it. */
export type LiveWire = {
  /** Says that these jobs are watched live here. */
  readonly watched: (job: JobRef) => void
  /** Says that somebody begins to watch this job here. */
  readonly joined: (job: JobRef) => void
  /** Says what happens in a job that another watches. */
  readonly happened: (text: string) => void
}

const SAID = storedJson<[tenant: string, id: string, event: LiveEvent]>()

/**
 * Who watches jobs live, here and on other replicas, and what they are told: at once, once, and never for certain. Of jobs
 * that nobody watches nothing is made and nothing is sent.
 */
export class Live {
  readonly #wire: LiveWire
  readonly #here = new Map<string, { readonly job: JobRef; readonly hear: Set<(event: LiveEvent) => void> }>()
  /** When other replicas last said that they watch a job with that hash. */
  readonly #elsewhere = new Map<number, number>()
  readonly #onJoined = new Set<(hash: number) => void>()
  #timer: NodeJS.Timeout | null = null

  constructor(wire: LiveWire) {
    this.#wire = wire
  }

  /** Calls `hear` with what happens in a job from now on; gives what ends that. */
  watch(job: JobRef, hear: (event: LiveEvent) => void): () => void {
    const key = jobKey(job)
    const watched = this.#here.get(key) ?? { job, hear: new Set() }
    watched.hear.add(hear)
    this.#here.set(key, watched)
    this.#wire.joined(job)
    this.#tellJoined(hashOfJob(job))
    this.#timer ??= setInterval(() => this.#sayAll(), SAY_MS)
    return () => {
      watched.hear.delete(hear)
      if (watched.hear.size === 0) this.#here.delete(key)
      if (this.#here.size === 0) this.close()
    }
  }

  wanted(job: JobRef): boolean {
    if (this.#here.size > 0 && this.#here.has(jobKey(job))) return true
    return this.#elsewhere.size > 0 && this.#isWatchedElsewhere(hashOfJob(job))
  }

  tell(job: JobRef, event: LiveEvent): void {
    this.#hear(job, event)
    if (this.#elsewhere.size === 0 || !this.#isWatchedElsewhere(hashOfJob(job))) return
    const text = JSON.stringify([job.tenant, job.id, event])
    if (Buffer.byteLength(text) <= MAX_PAYLOAD) this.#wire.happened(text)
  }

  /** Another replica watches jobs with these hashes. Where that is new, what said that somebody begins was lost. */
  watchedElsewhere(hashes: readonly number[]): void {
    for (const hash of hashes) {
      const isNew = !this.#isWatchedElsewhere(hash)
      this.#noteElsewhere(hash)
      if (isNew) this.#tellJoined(hash)
    }
  }

  /** On another replica somebody begins to watch jobs with these hashes. */
  joinedElsewhere(hashes: readonly number[]): void {
    for (const hash of hashes) {
      this.#noteElsewhere(hash)
      this.#tellJoined(hash)
    }
  }

  /** Calls `listener` with the hash of each job that somebody begins to watch, on whichever replica; gives what ends that. */
  onJoined(listener: (hash: number) => void): () => void {
    this.#onJoined.add(listener)
    return () => this.#onJoined.delete(listener)
  }

  /** Another replica says what happens in a job. */
  hearElsewhere(text: string): void {
    if (this.#here.size === 0) return
    const [tenant, id, event] = SAID.read(text)
    this.#hear({ tenant, id }, event)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #hear(job: JobRef, event: LiveEvent): void {
    for (const hear of this.#here.get(jobKey(job))?.hear ?? []) hear(event)
  }

  #tellJoined(hash: number): void {
    for (const listener of this.#onJoined) listener(hash)
  }

  #isWatchedElsewhere(hash: number): boolean {
    return performance.now() - (this.#elsewhere.get(hash) ?? Number.NEGATIVE_INFINITY) <= FORGET_MS
  }

  /** The map is in the order of what was said: those that nobody says any more are its first ones. */
  #noteElsewhere(hash: number): void {
    const now = performance.now()
    this.#elsewhere.delete(hash)
    this.#elsewhere.set(hash, now)
    for (const [old, said] of this.#elsewhere) {
      if (now - said <= FORGET_MS) break
      this.#elsewhere.delete(old)
    }
  }

  #sayAll(): void {
    for (const { job } of this.#here.values()) this.#wire.watched(job)
  }
}
