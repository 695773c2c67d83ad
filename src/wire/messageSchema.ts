import { Type } from 'typebox'
import { JobFinished, StepUpdated, StepWaiting } from './event.ts'

const seq = Type.Integer({
  minimum: 1,
  description: "The event's number: order is not promised, this tells it.",
})

const omitted = (name: string) =>
  Type.Optional(
    Type.Array(Type.String(), { description: `Fields of more than 64 KiB, which are null here: \`${name}\`.` }),
  )

const timestamp = Type.String({ format: 'date-time', description: "The event's." })

/** What a webhook or a callback gets for `step.updated`: the event, its seq in `data`. */
export const StepUpdatedMessage = Type.Object(
  {
    type: Type.Literal('step.updated'),
    timestamp,
    data: Type.Object({ ...StepUpdated.properties.data.properties, seq, omitted: omitted('return_value') }),
  },
  { $id: 'StepUpdatedMessage', description: 'A message that a step reached its final status.' },
)

/** The same for `step.waiting`; only here it has the link. */
export const StepWaitingMessage = Type.Object(
  {
    type: Type.Literal('step.waiting'),
    timestamp,
    data: Type.Object({
      ...StepWaiting.properties.data.properties,
      answer_url: Type.Optional(
        Type.String({
          description: 'Of a question: where people without a key answer it. Left out where `PUBLIC_URL` is not set.',
        }),
      ),
      seq,
    }),
  },
  { $id: 'StepWaitingMessage', description: 'A message that a step began to wait for a person or a signal.' },
)

/** The same for `job.finished`. */
export const JobFinishedMessage = Type.Object(
  {
    type: Type.Literal('job.finished'),
    timestamp,
    data: Type.Object({ ...JobFinished.properties.data.properties, seq, omitted: omitted('output') }),
  },
  { $id: 'JobFinishedMessage', description: 'A message that a job is over.' },
)

/** What `POST /v1/webhooks/{id}/test` sends. */
export const WebhookTestMessage = Type.Object(
  {
    type: Type.Literal('webhook.test'),
    timestamp: Type.String({ format: 'date-time', description: 'When the test was asked for.' }),
    data: Type.Object({ webhook: Type.Object({ id: Type.String() }) }),
  },
  { $id: 'WebhookTestMessage', description: 'A message that only shows that messages arrive.' },
)
