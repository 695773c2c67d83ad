import { CronExpression, LEAST_GAP_SECONDS } from './cron.ts'

/** When a schedule fires; moments are milliseconds since 1970. */
export type Timing = {
  readonly when:
    | { readonly kind: 'cron'; readonly expression: string; readonly timezone: string }
    /** Each `milliseconds`, counted from `anchor`, which fires too. */
    | { readonly kind: 'every'; readonly milliseconds: number; readonly anchor: number }
  /** Nothing before and nothing after; null: no such bound. Both inclusive. */
  readonly startAt: number | null
  readonly endAt: number | null
}

/** The next firings behind `after`, at most `count`. */
export function firingsAfter({ when, startAt, endAt }: Timing, after: number, count: number): number[] {
  const from = startAt === null ? after : Math.max(after, startAt - 1)
  const found = when.kind === 'cron' ? nextOfCron(when, from, count) : nextOfEvery(when, from, count)
  return endAt === null ? found : found.filter((moment) => moment <= endAt)
}

/** The firings from `from` (inclusive) to `to` (exclusive), at most `limit` of them, and whether there are more. */
export function firingsBetween(
  timing: Timing,
  from: number,
  to: number,
  limit: number,
): { due: number[]; more: boolean } {
  const due: number[] = []
  // One after another: mostly there is one, and each that is asked for beyond `to` costs as much.
  for (const moment of walk(timing, from - 1, to - 1)) {
    if (due.length === limit) return { due, more: true }
    due.push(moment)
  }
  return { due, more: false }
}

/**
 * The last `limit` firings after `from` and up to `to`, oldest first: what was missed in an outage. Backwards is found by
 * looking forwards from ever earlier moments, so that a long outage of a frequent schedule costs no walk through all of it.
 */
export function lastFirings(timing: Timing, from: number, to: number, limit: number): number[] {
  for (let window = limit * LEAST_GAP_SECONDS * 1000; ; window *= 2) {
    const start = Math.max(from, to - window)
    const found = [...walk(timing, start, to)]
    if (found.length >= limit || start === from) return found.slice(-limit)
  }
}

function* walk(timing: Timing, from: number, to: number): Generator<number> {
  for (let [next] = firingsAfter(timing, from, 1); next !== undefined && next <= to; ) {
    yield next
    ;[next] = firingsAfter(timing, next, 1)
  }
}

function nextOfCron({ expression, timezone }: { expression: string; timezone: string }, after: number, count: number) {
  return parsed(expression, timezone).next(after, count)
}

function nextOfEvery({ milliseconds, anchor }: { milliseconds: number; anchor: number }, after: number, count: number) {
  const first = after < anchor ? 0 : Math.floor((after - anchor) / milliseconds) + 1
  return Array.from({ length: count }, (_, i) => anchor + (first + i) * milliseconds)
}

/** Parsing costs far more than asking; expressions are few and come again at each firing. */
const MOST_PARSED = 1000
const cache = new Map<string, CronExpression>()

function parsed(expression: string, timezone: string): CronExpression {
  const key = `${timezone}\n${expression}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const made = new CronExpression(expression, timezone)
  if (cache.size >= MOST_PARSED) cache.clear()
  cache.set(key, made)
  return made
}
