import { LRUCache } from 'lru-cache'
import { atMost } from '../../process/atMost.ts'
import type { JobHold } from '../../store/jobs/owned.ts'

/** What was given up and never came after all is forgotten beyond so many. */
const MAX_GIVEN_UP = 10_000

/**
 * Holds of jobs that are on their way to be runs here, by their fences. One whose answer is late may be given back to the
 * queue meanwhile, though the lease never ran out: its run must not begin any more, or a step with effects would be called
 * for a job that another has (`Lease.covers` asks nobody).
 */
export class Arrivals {
  readonly #expected = new Set<string>()
  readonly #givenUp = new LRUCache<string, true>(atMost(MAX_GIVEN_UP))

  /** A job was claimed, and is being made ready until the end of the scope: it is not lost. */
  expect({ fence }: JobHold): Disposable {
    this.#expected.add(fence)
    return { [Symbol.dispose]: () => void this.#expected.delete(fence) }
  }

  isExpected({ fence }: JobHold): boolean {
    return this.#expected.has(fence)
  }

  /** Said before a hold is given back, so that its run does not begin while that is written. */
  giveUp({ fence }: JobHold): void {
    this.#givenUp.set(fence, true)
  }

  wasGivenUp({ fence }: JobHold): boolean {
    return this.#givenUp.has(fence)
  }
}
