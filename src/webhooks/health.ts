import type { Database } from '../store/client.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import { dropCallback, switchOffWebhook } from '../store/webhooks/drop.ts'
import { noteDelivery, noteFailure } from '../store/webhooks/health.ts'
import { GONE } from '../store/webhooks/webhook.ts'
import type { Telemetry } from '../telemetry.ts'
import type { AttemptResult } from './attempt.ts'
import { isCallback } from '../store/messages/message.ts'

/** What the health of endpoints is told to and judged by. */
export type HealthOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly now: () => number
}

/** A failure is noted again only when the webhook may be switched off for it (store/webhooks/health.ts judges). */
const PATIENCE_MS = 5 * 24 * 60 * 60 * 1000

/**
 * Notes how an attempt went for its endpoint: 410 switches it off, and so do five days without a delivery. A webhook that
 * works costs nothing here. A database that is away changes nothing: the next attempt notes it.
 */
export async function noteOutcome(
  message: ClaimedMessage,
  failingSince: number | null,
  { delivered, refusedForGood }: AttemptResult,
  { database, telemetry, now }: HealthOptions,
): Promise<void> {
  const { tenant, endpoint } = message
  const switchedOff = (reason: string): void => {
    telemetry.emit('webhookSwitchedOff', { tenant, webhook: endpoint, reason })
  }
  try {
    if (isCallback(endpoint)) {
      if (refusedForGood) await dropCallback(database, message)
    } else if (refusedForGood) {
      if (await switchOffWebhook(database, tenant, endpoint, GONE)) switchedOff(GONE)
    } else if (delivered) {
      if (failingSince !== null) await noteDelivery(database, tenant, endpoint)
    } else if (failingSince === null || now() - failingSince >= PATIENCE_MS) {
      const reason = await noteFailure(database, tenant, endpoint)
      if (reason !== null) switchedOff(reason)
    }
  } catch (error) {
    telemetry.emit('databaseFailed', { during: 'noting how a webhook does', error })
  }
}
