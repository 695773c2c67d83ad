import type { Outbound } from '../outbound/dispatcher.ts'
import { OutboundError } from '../outbound/errors.ts'
import { readRetryAfter } from '../outbound/retryAfter.ts'
import { turns } from '../process/turns.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import type { RecordedAttempt } from '../store/messages/settle.ts'
import { timestamp } from '../wire/jobView.ts'
import type { ComposedMessage } from './compose.ts'
import { sign } from './signature.ts'

/** What became of an attempt. */
export type AttemptResult = {
  readonly delivered: boolean
  /** The receiver wants nothing more (410). */
  readonly refusedForGood: boolean
  readonly retryAfterMs: number | null
  readonly record: RecordedAttempt
}

/** What one attempt goes through, and when it ends. */
export type AttemptOptions = {
  readonly outbound: Outbound
  /** The database's time in milliseconds. */
  readonly now: () => number
  readonly timeoutMs: number
  /** Aborts what is in flight when a drain has waited long enough. */
  readonly stop: AbortSignal
}

/** So much of an answer is read; nobody looks at it: the status alone says whether the message was taken. */
export const MAX_ANSWER_BYTES = 64 * 1024

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'conduit-webhooks/1' }

/**
 * Sends a message once: 2xx within the time is a delivery, everything else is not, a redirect included. Gives null when it
 * was stopped: nothing is known of it then.
 */
export async function attemptDelivery(
  { url, body, secrets }: ComposedMessage,
  { tenant, id }: Pick<ClaimedMessage, 'tenant' | 'id'>,
  { outbound, now, timeoutMs, stop }: AttemptOptions,
): Promise<AttemptResult | null> {
  const at = now()
  const began = performance.now()
  const record = (status_code: number | null, error: string | null): RecordedAttempt => {
    return { at: timestamp(at), status_code, error, duration_ms: Math.round(performance.now() - began) }
  }
  try {
    const answer = await outbound.request({
      tenant,
      method: 'POST',
      url,
      headers: HEADERS,
      // To sign a large body is work for the processor, many come at once, and to a name that nobody knows none is sent.
      lateHeaders: async () => {
        if (!turns.hasTime()) await turns.next(tenant)
        return sign(id, now(), body, secrets)
      },
      body,
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      incomplete: 'accept',
      signal: stop,
    })
    const delivered = answer.status >= 200 && answer.status < 300
    return {
      delivered,
      refusedForGood: answer.status === 410,
      retryAfterMs: delivered ? null : readRetryAfter(answer.headers['retry-after'], now()),
      record: record(answer.status, null),
    }
  } catch (error) {
    if (stop.aborted) return null
    const reason = error instanceof OutboundError ? error.message : 'the message could not be sent'
    return { delivered: false, refusedForGood: false, retryAfterMs: null, record: record(null, reason) }
  }
}

/** An attempt that failed before anything was sent. */
export function notSent(error: string, now: number): AttemptResult {
  const record = { at: timestamp(now), status_code: null, error, duration_ms: 0 }
  return { delivered: false, refusedForGood: false, retryAfterMs: null, record }
}
