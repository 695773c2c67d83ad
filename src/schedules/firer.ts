import type { Database } from '../store/client.ts'
import { type ScheduleOutcome, settleSchedule, takeDueSchedules } from '../store/schedules/fire.ts'
import type { StoredSchedule } from '../store/schedules/read.ts'
import type { Telemetry } from '../telemetry.ts'

/** What is due is looked for this often: a firing is late by half of it, in the middle. */
const LOOK_MS = 250

/** So many schedules are taken at once; their jobs are accepted together. */
const PORTION = 200

/** A replica that could not look for so long was away: what fell due meanwhile was missed. */
const LONGEST_PAUSE_MS = 60_000

/** Makes what is due of one schedule, and says what is to be kept of it. */
export type Fire = (schedule: StoredSchedule, now: number, attentiveSince: number) => Promise<ScheduleOutcome>

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
      await Promise.all(schedules.map((schedule) => this.#settle(schedule, now, attentiveSince)))
      if (schedules.length < PORTION) return
    }
  }

  #attend(now: number): number {
    if (this.#attentiveSince === null || now - this.#lookedAt > LONGEST_PAUSE_MS) this.#attentiveSince = now
    this.#lookedAt = now
    return this.#attentiveSince
  }

  /** A schedule that could not be fired stays taken for some seconds, and is then tried again by any replica. */
  async #settle(schedule: StoredSchedule, now: number, attentiveSince: number): Promise<void> {
    try {
      await settleSchedule(this.#database, await this.#fire(schedule, now, attentiveSince))
    } catch (error) {
      this.#telemetry.emit('databaseFailed', { during: 'firing a schedule', error })
    }
  }
}
