import type { Logger } from './logging.ts'
import { explainDatabase } from './store/explain.ts'
import { causeOf } from './store/postgres/failures.ts'
import type { Telemetry } from './telemetry.ts'

/** One cause of failures, from its first to its last. Moments are of the monotonic clock, in milliseconds. */
type Outage = { readonly began: number; last: number; toldAt: number; times: number }

const TELL_AGAIN_MS = 60_000

/** A cause that was silent for so long, while the lease is renewed, is over. */
const OVER_MS = 5000

/** More causes at once than this share a line. */
const MAX_CAUSES = 50

/**
 * Tells of a database that is away, or can't work, by its cause: one line at the begin, one a minute while it lasts, one at
 * the end. Whatever else fails is a bug, and a line each with its stack.
 */
export function logOutages(telemetry: Telemetry, log: Logger): void {
  const outages = new Map<string, Outage>()

  const note = (during: string, error: unknown): void => {
    const { code, message } = causeOf(error)
    const cause = explainDatabase(error) ?? message
    const known = code ?? message
    const key = outages.has(known) || outages.size < MAX_CAUSES ? known : ''
    const now = performance.now()
    const outage = outages.get(key) ?? { began: now, last: now, toldAt: Number.NEGATIVE_INFINITY, times: 0 }
    outages.set(key, outage)
    outage.last = now
    outage.times++
    if (now - outage.toldAt < TELL_AGAIN_MS) return
    outage.toldAt = now
    const { times } = outage
    log.warn({ code, cause, during, times, ms: Math.round(now - outage.began) }, 'the database did not answer')
  }

  telemetry.on('statementFailed', ({ statement, error }) => note(statement, error))
  telemetry.on('databaseFailed', ({ during, error }) => {
    if (explainDatabase(error) === null) log.warn({ err: error, during }, 'something failed, and is tried again')
    else note(during, error)
  })
  telemetry.on('leaseRenewed', () => {
    const now = performance.now()
    for (const [key, { began, last, times }] of outages) {
      if (now - last < OVER_MS) continue
      outages.delete(key)
      log.info({ code: key, times, ms: Math.round(last - began) }, 'the database answers again')
    }
  })
}
