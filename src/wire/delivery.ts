import { type Static, Type } from 'typebox'
import type { Delivery as StoredDelivery } from '../store/messages/deliveries.ts'
import { isCallback, NO_JOB } from '../store/messages/message.ts'
import { openEnum } from './openEnum.ts'
import { timestamp, timestampOrNull } from './jobView.ts'

const DeliveryState = openEnum(
  ['pending', 'delivered', 'failed'],
  'More may come. `failed`: the last attempt of the schedule failed, or the message was dropped.',
)

/** A message and its attempts, as the list of deliveries shows it. */
export const Delivery = Type.Object(
  {
    id: Type.String({
      description: "The message's id, the receiver's `webhook-id`.",
      examples: ['msg_01937c5e-0f1e-7001-b1f0-2f6a5d0f8f11'],
    }),
    event_type: Type.String({ examples: ['job.finished'] }),
    job_id: Type.Union([Type.String(), Type.Null()], { description: 'Null for a test.' }),
    seq: Type.Union([Type.Integer(), Type.Null()], { description: 'Of the event; null for a test.' }),
    webhook_id: Type.Union([Type.String(), Type.Null()], {
      description: "Where it goes: a webhook; null: the job's own callback.",
    }),
    state: DeliveryState,
    attempts: Type.Array(
      Type.Object({
        at: Type.String({ format: 'date-time' }),
        status_code: Type.Union([Type.Integer(), Type.Null()], { description: 'Null: there was no answer.' }),
        error: Type.Union([Type.String(), Type.Null()], { description: 'Why there was no answer.' }),
        duration_ms: Type.Integer(),
      }),
      { description: 'Oldest first, the last hundred.' },
    ),
    next_attempt_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'When it is tried again; null: at once, or not any more.',
    }),
    created_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'Delivery', description: 'A message and the attempts to deliver it.' },
)
export type DeliveryWire = Static<typeof Delivery>

/** A message as it stands on the wire. */
export function deliveryToWire(delivery: StoredDelivery): DeliveryWire {
  const { id, event, job_id, seq, endpoint, state, attempts } = delivery
  const isTest = job_id.startsWith(NO_JOB)
  return {
    id,
    event_type: event,
    job_id: isTest ? null : job_id,
    seq: isTest ? null : seq,
    webhook_id: isCallback(endpoint) ? null : endpoint,
    state: state === 'delivered' || state === 'failed' ? state : 'pending',
    attempts: [...attempts],
    next_attempt_at: timestampOrNull(delivery.due_at),
    created_at: timestamp(delivery.created_at),
  }
}
