import type { SwaggerTransformObject } from '@fastify/swagger'
import { MESSAGE_EXAMPLES } from './messageExamples.ts'

/** Every message and its component, by the event that it tells. */
const MESSAGES = {
  'step.updated': ['StepUpdatedMessage', 'A step reached its final status'],
  'step.waiting': ['StepWaitingMessage', 'A step began to wait for a person or a signal'],
  'job.finished': ['JobFinishedMessage', 'A job is over'],
  'webhook.test': ['WebhookTestMessage', 'A test that was asked for'],
} as const

/** The callbacks of one job, by the field of its definition. */
const CALLBACKS = { on_step_update: 'step.updated', on_job_finish: 'job.finished' } as const

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
})

const PARAMETERS = [
  header('webhook-id', 'The same over all attempts of one message.'),
  header('webhook-timestamp', 'When this attempt was made, in seconds since 1970.'),
  header(
    'webhook-signature',
    '`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; two, by a space, while a secret is rotated.',
  ),
]

const RESPONSES = {
  '2XX': { description: 'Delivered.' },
  410: { description: 'No more messages are wanted: the webhook is switched off.' },
  default: { description: 'Tried again on the schedule, honouring `Retry-After`. Redirects are not followed.' },
}

/** One message as an operation that the receiver offers (Standard Webhooks). */
function operation(event: keyof typeof MESSAGES, prefix: string) {
  const [component, summary] = MESSAGES[event]
  return {
    post: {
      operationId: `${prefix}${component.replace('Message', '')}`,
      summary,
      parameters: PARAMETERS,
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: `#/components/schemas/${component}` },
            example: MESSAGE_EXAMPLES[event],
          },
        },
      },
      responses: RESPONSES,
      security: [],
    },
  }
}

function isEvent(name: string): name is keyof typeof MESSAGES {
  return Object.hasOwn(MESSAGES, name)
}

/** Adds what this service calls to the OpenAPI document: `webhooks`, and the `callbacks` of submitting a job. */
export const describeMessages: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) return document.swaggerObject
  const { openapiObject } = document
  const webhooks = Object.fromEntries(
    Object.keys(MESSAGES)
      .filter(isEvent)
      .map((event) => [event, operation(event, 'receive')]),
  )
  const callbacks = Object.fromEntries(
    Object.entries(CALLBACKS).map(([field, event]) => [
      field,
      { [`{$request.body#/${field}/url}`]: operation(event, 'callback') },
    ]),
  )
  const submit = openapiObject.paths?.['/v1/jobs']?.post
  if (submit !== undefined) Object.assign(submit, { callbacks })
  return Object.assign(openapiObject, { webhooks })
}
