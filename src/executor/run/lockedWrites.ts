import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../store/client.ts'
import { jobKey } from '../../store/jobs/jobKey.ts'
import { lockedAmong } from '../../store/jobs/locked.ts'
import { type RecordResult, recordRuns } from '../../store/jobs/record.ts'
import type { RunWrite } from '../../store/jobs/runWrite.ts'
import { isLockTimeout } from '../../store/postgres/failures.ts'
import type { Telemetry } from '../../telemetry.ts'

/** What is parted from its group is looked at so often: by one question for all, which waits for nothing. */
const LOOK_MS = 250

/** A job's row is locked by a session that is none of ours: the write has to wait aside. */
export type Parted = { readonly kind: 'locked' }

/**
 * Keeps one locked row from stopping everything that is written with it: the group's statement gives up its wait after a
 * moment, the writes whose jobs are locked are parted from it, and wait aside until the row is free.
 */
export class LockedWrites {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #signal: AbortSignal
  readonly #waiting = new Map<RunWrite, PromiseWithResolvers<void>>()
  #looking = false

  constructor(database: Database, telemetry: Telemetry, signal: AbortSignal) {
    this.#database = database
    this.#telemetry = telemetry
    this.#signal = signal
    signal.addEventListener('abort', () => {
      for (const { reject } of this.#waiting.values()) reject(signal.reason)
      this.#waiting.clear()
    })
  }

  /** Records a group, but for what is locked. Fails where nothing can be told apart, as with a table that is locked. */
  async record(writes: readonly RunWrite[]): Promise<(RecordResult | Parted)[]> {
    try {
      return await recordRuns(this.#database, writes)
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      const locked = await lockedAmong(this.#database, writes)
      const keys = new Set(locked.map(jobKey))
      const free = writes.filter((write) => !keys.has(jobKey(write)))
      const recorded = free.length === 0 ? [] : await recordRuns(this.#database, free)
      for (const job of locked) this.#telemetry.emit('runLocked', job)
      let next = 0
      return writes.map((write) => (keys.has(jobKey(write)) ? { kind: 'locked' } : (recorded[next++] as RecordResult)))
    }
  }

  /** Resolves when the job's row was seen free; it may be locked again. */
  async untilFree(write: RunWrite): Promise<void> {
    this.#signal.throwIfAborted()
    const waiting = Promise.withResolvers<void>()
    this.#waiting.set(write, waiting)
    void this.#look()
    await waiting.promise
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    while (this.#waiting.size > 0) {
      await sleep(LOOK_MS)
      const writes = [...this.#waiting.keys()]
      const locked = await lockedAmong(this.#database, writes).catch(() => writes)
      const keys = new Set(locked.map(jobKey))
      for (const write of writes.filter((parted) => !keys.has(jobKey(parted)))) {
        this.#waiting.get(write)?.resolve()
        this.#waiting.delete(write)
      }
    }
    this.#looking = false
  }
}
