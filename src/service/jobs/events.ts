import type { Ask, EventPage, FeedEvent } from '../../feed/reader.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkJobId, noSuchJob } from './find.ts'

/** Events of a job behind a seq. */
export type EventsRequest = Pick<Ask, 'id' | 'after' | 'values'>

/**
 * The first events behind a seq, with which a stream begins. Throws `not-found`, and `malformed-request` for a seq behind
 * the last event of a job that is not over: no such event was ever told.
 */
export async function firstEvents(
  { feed }: Pick<ServiceDeps, 'feed'>,
  caller: Caller,
  { after, ...request }: EventsRequest,
): Promise<EventPage> {
  requireScope(caller, 'jobs:read')
  const id = checkJobId(request.id)
  const page = await feed.read({ ...request, tenant: caller.tenant, id, nonce: null, after })
  if (page === null) throw noSuchJob(id)
  if (after > page.recorded && !page.ended) {
    throw new ProblemError('malformed-request', `the job has no such event yet: its last seq is ${page.recorded}`)
  }
  return page
}

/** What a job has told so far, at most `limit` events, large values left for when it is sent. Throws as `firstEvents`. */
export async function listEvents(
  deps: Pick<ServiceDeps, 'feed'>,
  caller: Caller,
  { limit, ...request }: EventsRequest & { readonly limit: number },
): Promise<readonly FeedEvent[]> {
  const { tenant } = caller
  const ask = { ...request, values: 'later' } as const
  const events: FeedEvent[] = []
  let page: EventPage | null = await firstEvents(deps, caller, ask)
  while (page !== null) {
    events.push(...page.events)
    const last = page.events.at(-1)
    if (!page.more || last === undefined || events.length >= limit) break
    page = await deps.feed.read({ ...ask, tenant, nonce: page.nonce, after: last.seq })
  }
  return events.slice(0, limit)
}
