import type { ClaimedMessage } from '../store/messages/claim.ts'

type Told = Pick<ClaimedMessage, 'tenant' | 'jobId' | 'event' | 'seq' | 'id'>

/**
 * Makes a body once for all webhooks that are told the same, as bytes: what is signed and sent. Sixty webhooks of one
 * tenant had the end of a job made, and the event loop held, sixty times.
 */
export function onceTold<Message extends Told>(
  make: (message: Message) => string | null,
): (message: Message) => Uint8Array | null {
  const made = new Map<string, Uint8Array | null>()
  return (message) => {
    const { tenant, jobId, event, seq, id } = message
    const key = event === 'webhook.test' ? id : `${tenant}\n${jobId}\n${event}\n${seq}`
    let body = made.get(key)
    if (body === undefined) {
      const text = make(message)
      body = text === null ? null : Buffer.from(text)
      made.set(key, body)
    }
    return body
  }
}
