import { randomUUID } from 'node:crypto'
import type { JobEvent } from '@conduit-jobs/client'
import type { Webhook } from 'standardwebhooks'

/** A receiver gets so long to answer. */
const TIMEOUT_MS = 15_000

type Forwarding = {
  readonly url: string
  readonly webhook: Webhook
  readonly jobId: string
  readonly event: JobEvent
  readonly signal: AbortSignal
}

/** Sends one event as a webhook would bring it, once (Standard Webhooks). Gives a line that says what came of it. */
export async function forward({ url, webhook, jobId, event, signal }: Forwarding): Promise<string> {
  const { type, timestamp, seq, data } = event
  const body = JSON.stringify({ type, timestamp, data: { ...data, seq } })
  const id = `msg_${randomUUID()}`
  const now = new Date()
  const what = `${type} of ${jobId}`
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, now, body),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return `${what}: ${response.status}`
  } catch {
    return `${what}: nothing answers at ${url}`
  }
}
