import { LRUCache } from 'lru-cache'
import { atMost } from '../../process/atMost.ts'
import { jobKey } from '../../store/jobs/jobKey.ts'
import type { ActiveRun } from '../run/activeRun.ts'
import type { Slots } from './slots.ts'

/** So many are known for large, a hundred bytes each; one that is forgotten is read once more. */
const KNOWN_JOBS = 10_000

type JobRef = { readonly tenant: string; readonly id: string }

/**
 * Bounds what the running jobs of one tenant hold in memory: their variables and return values, in bytes of JSON. Whoever
 * grows beyond it waits in the queue, where what is on record holds no memory; nothing fails, and the first job of the
 * tenant always goes on.
 */
export class HeldValues {
  readonly #slots: Slots
  readonly #bound: number
  /** What each may hold whatever the others do: all of them together have no more than the bound then. */
  readonly #fair: number
  /** Jobs that were given back for what they hold: it is on record, and would be read to be given back again. */
  readonly #large = new LRUCache<string, true>(atMost(KNOWN_JOBS))

  constructor(slots: Slots, bound: number) {
    this.#slots = slots
    this.#bound = bound
    this.#fair = bound / Math.max(1, slots.limit)
  }

  /** Whether a run is to be given back to the queue. It is asked after each event: a small run costs one comparison. */
  isBeyond(active: ActiveRun): boolean {
    if (bytesOf(active) <= this.#fair || active.ending) return false
    const runs = this.#runsOf(active.tenant)
    const isBeyond = runs[0] !== active && sum(runs) > this.#bound
    if (isBeyond) this.#large.set(jobKey(active), true)
    return isBeyond
  }

  /** Whether a job that was given back had better stay in the queue: until half of the bound is free. */
  mustStay(job: JobRef): boolean {
    return this.#large.has(jobKey(job)) && sum(this.#runsOf(job.tenant)) > this.#bound / 2
  }

  #runsOf(tenant: string): ActiveRun[] {
    return this.#slots.values().filter((active) => active.tenant === tenant && active.leaving !== 'lost')
  }
}

function bytesOf({ run }: ActiveRun): number {
  return run.resultBytes + run.variablesBytes
}

function sum(runs: readonly ActiveRun[]): number {
  return runs.reduce((total, active) => total + bytesOf(active), 0)
}
