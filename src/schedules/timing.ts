import type { ScheduleContent } from '../wire/schedule.ts'
import type { Timing } from './firings.ts'

/**
 * When a schedule fires. An interval counts from its start, or from an interval after it was written.
 *
 * @param writtenAt milliseconds since 1970
 */
export function timingOf({ when, startAt, endAt }: ScheduleContent, writtenAt: number): Timing {
  if (when.kind === 'cron') return { when, startAt, endAt }
  const anchor = startAt ?? writtenAt + when.milliseconds
  return { when: { ...when, anchor }, startAt, endAt }
}
