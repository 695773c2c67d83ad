/** What a new job's leading pure steps may take, in milliseconds. */
const LEAD_MS = 1

/**
 * Code that has not run yet is not compiled yet: a step of a microsecond takes milliseconds then. So the first jobs of a
 * process have more, or they would cost a second commit that no other job like them costs.
 */
const COLD_LEAD_MS = 20
const COLD_JOBS = 50

/** How long the leading steps of a process's next new job may take. */
export class LeadTime {
  #jobs = 0

  /** Milliseconds, for one job. */
  next(): number {
    if (this.#jobs >= COLD_JOBS) return LEAD_MS
    this.#jobs++
    return COLD_LEAD_MS
  }
}
