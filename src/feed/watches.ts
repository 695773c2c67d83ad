import { hashOfJob } from '../store/notifier/messages.ts'

/** A job by its tenant and id. */
export type JobRef = { readonly tenant: string; readonly id: string }

/** Somebody who reads a job's events. */
export type Follower = {
  /** The last seq that was read. */
  readonly cursor: number
  /** Called whenever there may be more. */
  wake(): void
}

/** A job that somebody watches here. */
export type Watch = {
  readonly tenant: string
  readonly id: string
  readonly followers: Set<Follower>
  /** Those who want its end alone: called once it is over, or gone. */
  readonly waiting: Set<() => void>
}

/** The jobs that are watched here, by the hash under which replicas tell of them. */
export class Watches {
  readonly #byHash = new Map<number, Watch[]>()
  #size = 0

  /** How many jobs are watched. */
  get size(): number {
    return this.#size
  }

  get(job: JobRef): Watch | undefined {
    return this.withHash(hashOfJob(job)).find((watch) => isOf(watch, job))
  }

  /** Those whose jobs have that hash: as a rule none or one. */
  withHash(hash: number): readonly Watch[] {
    return this.#byHash.get(hash) ?? []
  }

  *values(): Iterable<Watch> {
    for (const watches of this.#byHash.values()) yield* watches
  }

  /** The watch of a job, made where there is none. */
  open({ tenant, id }: JobRef): Watch {
    const hash = hashOfJob({ tenant, id })
    const watches = this.#byHash.get(hash) ?? []
    const found = watches.find((one) => isOf(one, { tenant, id }))
    if (found !== undefined) return found
    const watch: Watch = { tenant, id, followers: new Set(), waiting: new Set() }
    watches.push(watch)
    this.#byHash.set(hash, watches)
    this.#size++
    return watch
  }

  /** Forgets a watch that nobody needs any more. */
  release(watch: Watch): void {
    if (watch.followers.size > 0 || watch.waiting.size > 0) return
    const hash = hashOfJob(watch)
    const watches = this.#byHash.get(hash) ?? []
    const rest = watches.filter((one) => one !== watch)
    if (rest.length === watches.length) return
    if (rest.length === 0) this.#byHash.delete(hash)
    else this.#byHash.set(hash, rest)
    this.#size--
  }
}

function isOf(watch: Watch, { tenant, id }: JobRef): boolean {
  return watch.id === id && watch.tenant === tenant
}
