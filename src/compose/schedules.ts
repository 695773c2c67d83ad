import type { Backfill } from '../service/schedules/act.ts'
import type { Service } from '../service/service.ts'
import type { Page } from '../wire/cursor.ts'
import type { JobWire } from '../wire/job.ts'
import type { ScheduleWire } from '../wire/schedule.ts'
import type { AskFor, CallerFor } from './askFor.ts'
import { asJson } from './json.ts'
import { known } from './known.ts'

/** Schedules for the program that holds the service. By the same rules as over HTTP. */
export type Schedules = {
  put(name: string, content: unknown, options?: AskFor): Promise<ScheduleWire>
  get(name: string, options?: AskFor): Promise<ScheduleWire>
  /** A page of schedules, in order of names. */
  list(filters?: { readonly limit?: number; readonly cursor?: string }, options?: AskFor): Promise<Page<ScheduleWire>>
  /** Pauses it, or lets it go on; all else of it stays. */
  change(name: string, change: { readonly enabled: boolean }, options?: AskFor): Promise<ScheduleWire>
  remove(name: string, options?: AskFor): Promise<void>
  /** Makes a job of it now. */
  trigger(name: string, options?: AskFor): Promise<JobWire>
  /** Makes the jobs of the firings between two moments. */
  backfill(
    name: string,
    range: { readonly from: string; readonly to: string; readonly dry_run?: boolean },
    options?: AskFor,
  ): Promise<Backfill>
}

/** The schedules of a service, for the program that holds it. */
export function schedulesOf({ schedules }: Service, callerFor: CallerFor): Schedules {
  return {
    put: async (name, content, askFor = {}) =>
      (await schedules.put(await callerFor(askFor), { name, content: asJson(content).value })).schedule,
    get: async (name, askFor = {}) => schedules.read(await callerFor(askFor), name),
    list: async (filters = {}, askFor = {}) =>
      schedules.list(await callerFor(askFor), known(filters, { limit: 1, cursor: 1 })),
    change: async (name, change, askFor = {}) =>
      schedules.change(await callerFor(askFor), { name, input: asJson(change).value }),
    remove: async (name, askFor = {}) => schedules.remove(await callerFor(askFor), name),
    trigger: async (name, askFor = {}) =>
      (await schedules.trigger(await callerFor(askFor), { name, idempotencyKey: null, wait: null })).answer,
    backfill: async (name, range, askFor = {}) =>
      (await schedules.backfill(await callerFor(askFor), { name, given: asJson(range).value, idempotencyKey: null }))
        .answer,
  }
}
