import { type Static, Type } from 'typebox'
import { HTTP_URL, WEBHOOK_SECRET } from './patterns.ts'

/** The kinds of events that a webhook can listen to. */
export const EVENT_KINDS = ['step.updated', 'step.waiting', 'job.finished'] as const

/** Those that it listens to where it does not say. */
export const USUAL_EVENTS = ['step.updated', 'job.finished'] as const

/** What a webhook can be told of: one of `EVENT_KINDS`. */
export type EventKind = (typeof EVENT_KINDS)[number]

const Secret = (description: string) =>
  Type.String({
    maxLength: 100,
    pattern: WEBHOOK_SECRET,
    description,
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='],
  })
const GivenSecret = Type.Optional(Secret('`whsec_` and base64 of 24 to 64 bytes. Left out, one is made.'))

const Url = Type.String({
  maxLength: 2048,
  pattern: HTTP_URL,
  description: 'Where messages go; http or https, without credentials, a public address.',
  examples: ['https://example.com/hooks/conduit'],
})

const Events = Type.Array(Type.Unsafe<EventKind>(Type.String({ enum: [...EVENT_KINDS] })), {
  minItems: 1,
  maxItems: 20,
  description:
    'Which events it listens to. Left out: `step.updated` and `job.finished`, also when there are more kinds.',
})

const Description = Type.Union([Type.String({ maxLength: 500 }), Type.Null()], { description: 'For people.' })
const Enabled = Type.Boolean({ description: 'While false nothing is recorded for it, and what is pending is held.' })

/** A webhook as a client asks for it. */
export const WebhookInput = Type.Object(
  {
    url: Url,
    events: Type.Optional(Events),
    description: Type.Optional(Description),
    enabled: Type.Optional(Enabled),
    secret: GivenSecret,
  },
  {
    $id: 'WebhookInput',
    additionalProperties: false,
    description: 'A webhook to be made.',
    examples: [{ url: 'https://example.com/hooks/conduit', events: ['job.finished'] }],
  },
)
export type WebhookInput = Static<typeof WebhookInput>

/** What can be changed of a webhook. */
export const WebhookChange = Type.Object(
  {
    url: Type.Optional(Url),
    events: Type.Optional(Events),
    description: Type.Optional(Description),
    enabled: Type.Optional(Enabled),
  },
  {
    $id: 'WebhookChange',
    additionalProperties: false,
    description: 'What is left out stays as it is. It holds for what is pending too.',
    examples: [{ enabled: false, description: null }],
  },
)
export type WebhookChange = Static<typeof WebhookChange>

const shown = {
  id: Type.String({ examples: ['wh_01937c5e-0f1e-7c7a-b1f0-2f6a5d0f8f11'] }),
  url: Type.String(),
  events: Type.Array(Type.String()),
  description: Type.Union([Type.String(), Type.Null()]),
  enabled: Type.Boolean(),
  disabled_reason: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it was switched off by the service: it answered 410, or failed every attempt for five days.',
  }),
  created_at: Type.String({ format: 'date-time' }),
}

/** A webhook as it is shown: without its secret. */
export const Webhook = Type.Object(shown, { $id: 'Webhook', description: 'A webhook, without its secret.' })
export type WebhookWire = Static<typeof Webhook>

/** A webhook whose secret was just made. */
export const WebhookWithSecret = Type.Object(
  { ...shown, secret: Secret('It verifies what the webhook gets. It is shown only here.') },
  { $id: 'WebhookWithSecret', description: 'A webhook with its secret.' },
)
export type WebhookWithSecretWire = Static<typeof WebhookWithSecret>
