import type { JobHold } from '../../store/jobs/owned.ts'
import { SUSPECT_TAKEOVERS } from '../run/resume.ts'

/** More than any job has: all may be claimed. */
const MOST_TAKEOVERS = 2 ** 31 - 1

/**
 * One suspect at a time runs here, so that the one that kills is known. Those that wait for their turn must not be held, not
 * for a moment: a death would count against them too, and on a busy machine a moment is long.
 */
export class SuspectTurn {
  #suspect: JobHold | null = null
  /** Those that were claimed with it are being given back. */
  readonly #leaving = new Set<Promise<void>>()

  /** Jobs with so many takeovers are not to be claimed now. */
  get takeoversBelow(): number {
    return this.#suspect === null ? MOST_TAKEOVERS : SUSPECT_TAKEOVERS
  }

  /** Gives whether it is the turn of a suspect, which then has it. */
  take({ tenant, id, fence }: JobHold): boolean {
    if (this.#suspect !== null) return false
    this.#suspect = { tenant, id, fence }
    return true
  }

  end({ fence }: JobHold): void {
    if (this.#suspect?.fence === fence) this.#suspect = null
  }

  /** One that has no turn is given back. */
  async leave(leaving: Promise<void>): Promise<void> {
    this.#leaving.add(leaving)
    await leaving
    this.#leaving.delete(leaving)
  }

  /** Resolves when the suspect that has the turn is held alone. */
  async alone(): Promise<void> {
    await Promise.all(this.#leaving)
  }
}
