import type { Database } from '../store/client.ts'
import { type ScheduleOutcome, settleSchedules, takeDueSchedules } from '../store/schedules/fire.ts'
import type { StoredSchedule } from '../store/schedules/read.ts'
import type { Telemetry } from '../telemetry.ts'

/** What is due is looked for this often: a firing is late by half of it, in the middle. */
const LOOK_MS = 250

/** So many schedules are taken at once: what they need is read, and what they leave is kept, in one statement each. */
const PORTION = 500

/** A replica that could not look for so long was away: what fell due meanwhile was missed. */
const LONGEST_PAUSE_MS = 60_000

/** Makes what is due of some schedules, and says what is to be kept of each that could be fired. */
export type Fire = (
  schedules: readonly StoredSchedule[],
  now: number,
  attentiveSince: number,
) => Promise<readonly ScheduleOutcome[]>

/** Looks for schedules that are due, one look at a time. */
export class Firer {
  readonly #database: Database
  readonly #telemetry: Telemetry
  readonly #fire: Fire
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | null = null
  #stopped = false
  /** From when on it has looked without a break, by the database's clock; null: it has not yet. */
  #attentiveSince: number | null = null
  #lookedAt = 0

  constructor(database: Database, telemetry: Telemetry, fire: Fire) {
    this.#database = database
    this.#telemetry = telemetry
    this.#fire = fire
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  /** Lets the look that is under way end. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#looking
  }

  #look(): void {
    this.#looking ??= this.#fireDue()
      .catch((error: unknown) => {
        this.#telemetry.emit('databaseFailed', { during: 'firing schedules', error })
      })
      .finally(() => {
        this.#looking = null
      })
  }

  async #fireDue(): Promise<void> {
    while (!this.#stopped) {
      const { now, schedules } = await takeDueSchedules(this.#database, PORTION)
      const attentiveSince = this.#attend(now)
      if (schedules.length === 0) return
      // One that could not be fired stays taken for some seconds, and is then tried again by any replica.
      const outcomes = await this.#fire(schedules, now, attentiveSince)
      if (outcomes.length > 0) await settleSchedules(this.#database, outcomes)
      if (schedules.length < PORTION) return
    }
  }

  #attend(now: number): number {
    if (this.#attentiveSince === null || now - this.#lookedAt > LONGEST_PAUSE_MS) this.#attentiveSince = now
    this.#lookedAt = now
    return this.#attentiveSince
  }
}
