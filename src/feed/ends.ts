import type { Database } from '../store/client.ts'
import { findOver } from '../store/jobs/read.ts'

/** Jobs that run elsewhere are looked up this often; those that end here are told at once. */
const POLL_MS = 500

type Watched = { readonly tenant: string; readonly id: string; readonly wake: Set<() => void> }

/** Lets requests wait for the end of a job, wherever it runs. One query looks for all that are waited for. */
export class Ends {
  readonly #database: Database
  readonly #watched = new Map<string, Watched>()
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Resolves when the job is over or gone, when the time is up, when `signal` aborts (the client went away), or when
   * the service drains. The caller then looks how the job stands.
   */
  async wait(job: { tenant: string; id: string }, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.#closed || signal?.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds)
    const leave = this.#watch(job, resolve)
    signal?.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
    leave()
  }

  /** Tells those who wait for a job that ended here. */
  tell(job: { tenant: string; id: string }): void {
    for (const wake of this.#watched.get(`${job.tenant}\n${job.id}`)?.wake ?? []) wake()
  }

  /** Answers everyone who waits; from now on nobody waits. */
  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const { wake } of this.#watched.values()) for (const one of wake) one()
  }

  #watch({ tenant, id }: { tenant: string; id: string }, wake: () => void): () => void {
    const key = `${tenant}\n${id}`
    const watched = this.#watched.get(key) ?? { tenant, id, wake: new Set() }
    watched.wake.add(wake)
    this.#watched.set(key, watched)
    this.#schedule()
    return () => {
      watched.wake.delete(wake)
      if (watched.wake.size === 0) this.#watched.delete(key)
    }
  }

  #schedule(): void {
    if (this.#closed || this.#timer !== null || this.#watched.size === 0) return
    this.#timer = setTimeout(() => {
      void this.#poll().finally(() => {
        this.#timer = null
        this.#schedule()
      })
    }, POLL_MS)
  }

  async #poll(): Promise<void> {
    const watched = [...this.#watched.values()]
    try {
      for (const n of await findOver(this.#database, watched)) for (const wake of watched[n]?.wake ?? []) wake()
    } catch {
      // The database is away: whoever waits learns of it when the job is read, and the next poll asks again.
    }
  }
}
