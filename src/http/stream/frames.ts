import type { EventPage } from '../../feed/reader.ts'
import type { LiveEvent } from '../../wire/liveEvent.ts'

/** Sent first: EventSources come again so many milliseconds after a stream ended. */
export const RETRY = 'retry: 2000\n\n'

/** A comment: says nothing, and keeps proxies from closing a stream that is silent. */
export const HEARTBEAT = ':\n\n'

const framed = new WeakMap<EventPage, Buffer>()

/**
 * A page of events as it stands in a stream (WHATWG HTML, "Server-sent events"). JSON holds no line breaks, so each event
 * has one `data:`. Whoever got the same page gets the same bytes.
 */
export function eventFrames(page: EventPage): Buffer {
  const known = framed.get(page)
  if (known !== undefined) return known
  const frames = Buffer.from(
    page.events.map(({ seq, type, json }) => `id: ${seq}\nevent: ${type}\ndata: ${json}\n\n`).join(''),
  )
  framed.set(page, frames)
  return frames
}

/** What is told only while it happens: without `id:`, so that no client takes up a stream there. */
export function frameOfLive(event: LiveEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
