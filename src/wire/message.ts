import type { EventWire } from './event.ts'
import { timestamp } from './jobView.ts'

/** Fields of an event that were too large to be told, and are null. */
export type Omission = 'return_value' | 'output'

/** The body of a message: the event, its seq in `data` (docs/events.md). */
export function messageBody(event: EventWire, omitted: readonly Omission[], answerUrl?: string | null): string {
  const { type, seq, timestamp: at, data } = event
  return JSON.stringify({
    type,
    timestamp: at,
    data: {
      ...data,
      ...(answerUrl == null ? {} : { answer_url: answerUrl }),
      seq,
      ...(omitted.length > 0 ? { omitted } : {}),
    },
  })
}

/** The body of a message that only shows that messages arrive. */
export function testBody(webhook: string, createdAt: number): string {
  return JSON.stringify({ type: 'webhook.test', timestamp: timestamp(createdAt), data: { webhook: { id: webhook } } })
}
