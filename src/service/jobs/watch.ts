import type { EventPage, FeedEvent } from '../../feed/reader.ts'
import type { Follower } from '../../feed/watches.ts'
import { DatabaseUnavailable } from '../../store/postgres/failures.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { type EventsRequest, firstEvents } from './events.ts'

/** Which events of which job are followed; the signal aborts when nobody follows them any more. */
export type WatchRequest = EventsRequest & { readonly signal?: AbortSignal | undefined }

/**
 * A job's events as they come: past ones first, then live ones from whichever replica runs it. Ends after the job's own
 * end, when the job is gone, when the signal aborts, or when the service drains. An outage of the database is waited
 * out. Throws as `firstEvents`.
 */
export async function* watchEvents(
  { feed }: Pick<ServiceDeps, 'feed'>,
  caller: Caller,
  { id, after, signal }: WatchRequest,
): AsyncGenerator<FeedEvent, void, void> {
  requireScope(caller, 'jobs:read')
  const job = { tenant: caller.tenant, id }
  const reader = new Reader(after)
  using _following = onDispose(feed.follow(job, reader))
  signal?.addEventListener('abort', reader.wake)
  using _listening = onDispose(() => signal?.removeEventListener('abort', reader.wake))
  let page: EventPage | null = await firstEvents({ feed }, caller, { id, after })
  const { nonce } = page
  while (page !== null) {
    for (const event of page.events) {
      if (signal?.aborted) return
      reader.cursor = event.seq
      yield event
    }
    if (page.ended) return
    if (signal?.aborted || feed.released) return
    if (!page.more) await reader.woken()
    if (signal?.aborted || feed.released) return
    page = await feed.read({ ...job, nonce, after: reader.cursor }).catch(waitOut(page))
  }
}

/** The feed wakes its followers when the database is back: until then the page before stands, with nothing new. */
function waitOut(page: EventPage): (error: unknown) => EventPage {
  return (error) => {
    if (error instanceof DatabaseUnavailable) return { ...page, events: [], more: false }
    throw error
  }
}

/** Who follows a job from a loop of its own. What wakes it while it reads makes it read once more. */
class Reader implements Follower {
  cursor: number
  #again = Promise.withResolvers<void>()

  constructor(after: number) {
    this.cursor = after
  }

  readonly wake = (): void => this.#again.resolve()

  async woken(): Promise<void> {
    await this.#again.promise
    this.#again = Promise.withResolvers()
  }
}

function onDispose(end: () => void): Disposable {
  return { [Symbol.dispose]: end }
}
