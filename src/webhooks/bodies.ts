import type { Definition } from '../engine/definition.ts'
import { writtenSteps } from '../engine/plan/written.ts'
import type { StepEntry } from '../engine/run/entry.ts'
import type { JsonObject } from '../engine/values/json.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import type { JobOfMessage, StepOfMessage } from '../store/messages/read.ts'
import { jobFinished, stepUpdated } from '../wire/event.ts'
import type { JobState } from '../wire/job.ts'
import type { JobView } from '../wire/jobView.ts'
import { messageBody, type Omission, testBody } from '../wire/message.ts'
import { entryOfStored } from '../wire/stored.ts'

/** A job that a message tells of, its definition read. */
export type MessageSource = { readonly job: JobOfMessage; readonly definition: Definition }

/**
 * The body of a message, the same at each attempt; null where what it tells is gone.
 *
 * @param step the step that it tells, or for the end the last one that failed
 */
export function bodyOf(
  message: ClaimedMessage,
  source: MessageSource | undefined,
  step: StepOfMessage | undefined,
): string | null {
  const { event, endpoint, createdAt } = message
  if (event === 'webhook.test') return testBody(endpoint, createdAt)
  if (source === undefined) return null
  return event === 'job.finished' ? endBody(source, step) : stepBody(source, step)
}

function stepBody({ job, definition }: MessageSource, step: StepOfMessage | undefined): string | null {
  const written = writtenSteps(definition)[(step?.position ?? 0) - 1]
  if (step === undefined || written === undefined) return null
  const end = { ...endOf(step, definition), seq: step.seq }
  const event = stepUpdated({ id: job.id, name: definition.name }, written, end)
  return messageBody(event, step.return_value === null ? ['return_value'] : [])
}

function endBody({ job, definition }: MessageSource, failed: StepOfMessage | undefined): string | null {
  if (job.finished_at === null) return null
  const view: JobView & { finishedAt: number } = {
    id: job.id,
    definition,
    state: job.state as JobState,
    createdAt: job.created_at,
    startedAt: job.started_at,
    finishedAt: job.finished_at,
    failedStep: job.failed_step,
    currentStep: null,
    variables: job.variables === null ? definition.variables : (JSON.parse(job.variables) as JsonObject),
    output: job.output === null ? null : JSON.parse(job.output),
    outputOmitted: job.output_omitted,
    stepRuns: job.recorded,
  }
  const end = failed === undefined ? null : endOf(failed, definition)
  const omitted: Omission[] = job.output_omitted || job.output_large ? ['output'] : []
  if (failed?.return_value === null) omitted.push('return_value')
  return messageBody(jobFinished(view, job.recorded, end), omitted)
}

function endOf(step: StepOfMessage, definition: Definition): StepEntry {
  return entryOfStored({ ...step, return_value: step.return_value ?? 'null' }, definition)
}
