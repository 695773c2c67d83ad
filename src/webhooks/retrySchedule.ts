import { parse } from '@lukeed/ms'

/** Longer than this a receiver can't put an attempt off. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000

/** As much as this is added to each wait at random, so that what failed together does not come back together. */
const JITTER = 0.2

/** The waits of `WEBHOOK_RETRY_SCHEDULE` in milliseconds; its form was checked when the settings were read. */
export function parseRetrySchedule(text: string): number[] {
  return text.split(',').map((wait) => parse(wait.trim()) ?? 0)
}

/**
 * How long to wait after a failed attempt, in milliseconds; null: that was the last one.
 *
 * @param tries how many attempts of the schedule were made before
 * @param retryAfterMs what the receiver asked for, heeded up to 24 hours; never sooner than the schedule
 * @param random from 0 to 1
 */
export function nextDelay(
  schedule: readonly number[],
  tries: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  const wait = schedule[tries]
  if (wait === undefined) return null
  return Math.max(wait * (1 + JITTER * random), Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
}
