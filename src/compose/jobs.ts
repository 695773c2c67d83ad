import type { ListRequest } from '../service/jobs/list.ts'
import type { WaitRequest } from '../service/jobs/wait.ts'
import type { Validation } from '../wire/validateDefinition.ts'
import type { Service } from '../service/service.ts'
import type { Page } from '../wire/cursor.ts'
import type { EventWire } from '../wire/event.ts'
import type { JobSummaryWire, JobWire } from '../wire/job.ts'
import type { RerunInput } from '../wire/rerun.ts'
import type { SignalSentWire } from '../wire/signal.ts'
import type { AskFor, CallerFor } from './askFor.ts'
import { asJson } from './json.ts'
import { known, type Names } from './known.ts'

const JOB_LIST: Names<ListRequest> = {
  ...{ state: 1, name: 1, idPrefix: 1, tag: 1, definition: 1, schedule: 1, parent: 1, createdBy: 1 },
  ...{ actionFailed: 1, errorType: 1, metadata: 1 },
  ...{ createdAfter: 1, createdBefore: 1, finishedAfter: 1, finishedBefore: 1 },
  ...{ order: 1, steps: 1, limit: 1, cursor: 1 },
}

/**
 * Jobs for the program that holds the service: the same rules as over HTTP, without a key. Everything throws a
 * `ProblemError` where HTTP would answer with that problem.
 */
export type Jobs = {
  /** Accepts a job; it is durable when this resolves. With `wait` (seconds, at most 60) it waits for its end. */
  submit(
    definition: unknown,
    options?: AskFor & { readonly idempotencyKey?: string; readonly wait?: number; readonly signal?: AbortSignal },
  ): Promise<JobWire>
  /** A job as it stands, or, with `wait` (seconds), at its end. */
  get(
    id: string,
    options?: AskFor & { readonly steps?: boolean; readonly wait?: number; readonly signal?: AbortSignal },
  ): Promise<JobWire>
  /** A page of jobs, newest first, without values and steps. */
  list(filters?: ListRequest, options?: AskFor): Promise<Page<JobSummaryWire>>
  /** Cancels a job, and gives it as it is then. */
  cancel(id: string, options?: AskFor): Promise<JobWire>
  /** Sends a signal to a job; a step that waits for it takes it, now or later. */
  signal(
    id: string,
    name: string,
    body?: unknown,
    options?: AskFor & { readonly idempotencyKey?: string },
  ): Promise<SignalSentWire>
  /** Makes a new job of one that is over: the whole, or `from` a step, with what was recorded before it taken over. `wait` is as for `submit`. */
  rerun(
    id: string,
    change?: RerunInput,
    options?: AskFor & { readonly idempotencyKey?: string; readonly wait?: number; readonly signal?: AbortSignal },
  ): Promise<JobWire>
  /** Runs a job with `mocks`, `signals` and `answers` in place of the world, and gives it as it would be. */
  dryRun(definition: unknown, options?: AskFor): Promise<JobWire>
  /** Deletes a job that is over. */
  remove(id: string, options?: AskFor): Promise<void>
  /** A job's events behind the seq `after` (default 0), past then live; ends after `job.finished`. */
  events(
    id: string,
    options?: AskFor & { readonly after?: number; readonly signal?: AbortSignal },
  ): AsyncIterableIterator<EventWire>
  /** Makes the checks that need no run. Nothing is stored. */
  validate(definition: unknown, options?: AskFor): Promise<Validation>
}

/** The jobs of a service, for the program that holds it. */
export function jobsOf({ jobs }: Service, callerFor: CallerFor): Jobs {
  return {
    submit: async (given, { idempotencyKey = null, wait, signal, ...askFor } = {}) => {
      const { value: definition, text } = asJson(given)
      const caller = await callerFor(askFor)
      const asked = { definition, text, idempotencyKey, validate: null, wait: waitOf(wait, signal) }
      return (await jobs.submit(caller, asked)).job
    },
    get: async (id, { steps = true, wait = 0, signal, ...askFor } = {}) => {
      const caller = await callerFor(askFor)
      if (wait > 0) await jobs.wait(caller, { id, seconds: wait, signal })
      return (await jobs.read(caller, { id, steps })).job
    },
    list: async (filters = {}, askFor = {}) => jobs.list(await callerFor(askFor), known(filters, JOB_LIST)),
    cancel: async (id, askFor = {}) => jobs.cancel(await callerFor(askFor), id),
    signal: async (id, name, given = null, { idempotencyKey = null, ...askFor } = {}) => {
      const body = asJson(given).value
      return (await jobs.signal(await callerFor(askFor), { id, name, body, idempotencyKey })).sent
    },
    rerun: async (id, change = {}, { idempotencyKey = null, wait, signal, ...askFor } = {}) => {
      const asked = asJson(change).value
      const request = { id, asked, idempotencyKey, wait: waitOf(wait, signal) }
      return (await jobs.rerun(await callerFor(askFor), request)).job
    },
    dryRun: async (definition, askFor = {}) => jobs.dryRun(await callerFor(askFor), asJson(definition).value),
    remove: async (id, askFor = {}) => jobs.remove(await callerFor(askFor), id),
    events: async function* (id, { after = 0, signal, ...askFor } = {}) {
      const events = jobs.watchEvents(await callerFor(askFor), { id, after, signal })
      for await (const { json } of events) yield JSON.parse(json)
    },
    validate: async (definition, askFor = {}) => jobs.validate(await callerFor(askFor), asJson(definition).value),
  }
}

function waitOf(seconds: number | undefined, signal: AbortSignal | undefined): WaitRequest | null {
  return seconds === undefined ? null : { seconds, signal }
}
