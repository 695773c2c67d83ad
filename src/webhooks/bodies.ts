import type { Definition } from '../engine/definition.ts'
import { writtenSteps } from '../engine/plan/written.ts'
import type { ClaimedMessage } from '../store/messages/claim.ts'
import type { RecordedStep } from '../store/journal/entryText.ts'
import { isLater, MAX_TOLD_BYTES } from '../store/journal/later.ts'
import type { JobOfMessage } from '../store/messages/read.ts'
import { jobFinished, stepUpdated, stepWaiting, type ToldWait } from '../wire/event.ts'
import { messageBody, type Omission, testBody } from '../wire/message.ts'
import { viewOfStored } from '../wire/stored.ts'

/** A job that a message tells of, its definition read. */
export type MessageSource = { readonly job: JobOfMessage; readonly definition: Definition }

/** A recorded step, and the seq of its event. */
export type StepOfSeq = RecordedStep & { readonly seq: number }

/** What a message tells beside its job: a step, for the end the last one that failed; or a wait that began. */
export type Told = {
  readonly step: StepOfSeq | undefined
  readonly wait: ToldWait | undefined
  /** Where the question of that wait is answered; null: nowhere. */
  readonly answerUrl: string | null
}

/** The body of a message, the same at each attempt; null where what it tells is gone. */
export function bodyOf(
  message: ClaimedMessage,
  source: MessageSource | undefined,
  told: Told | undefined,
): string | null {
  const { event, endpoint, createdAt } = message
  if (event === 'webhook.test') return testBody(endpoint, createdAt)
  if (source === undefined) return null
  if (event === 'job.finished') return endBody(source, told?.step)
  return event === 'step.waiting' ? waitBody(source, told) : stepBody(source, told?.step)
}

function waitBody({ job, definition }: MessageSource, told: Told | undefined): string | null {
  const wait = told?.wait
  const written = wait === undefined ? undefined : writtenSteps(definition)[wait.entry.written]
  if (wait === undefined || written === undefined) return null
  return messageBody(stepWaiting({ id: job.id, name: definition.name }, written, wait), [], told?.answerUrl)
}

function stepBody({ job, definition }: MessageSource, step: StepOfSeq | undefined): string | null {
  const written = step === undefined ? undefined : writtenSteps(definition)[step.written]
  if (step === undefined || written === undefined) return null
  const { shown, omitted } = withinLimit(step)
  return messageBody(stepUpdated({ id: job.id, name: definition.name }, written, shown), omitted)
}

function endBody({ job, definition }: MessageSource, failed: StepOfSeq | undefined): string | null {
  if (job.finished_at === null) return null
  const view = { ...viewOfStored({ ...job, current_step: null }, definition), finishedAt: job.finished_at }
  const end = failed === undefined ? null : withinLimit(failed)
  const omitted: Omission[] = job.output_omitted || job.output_large ? ['output'] : []
  return messageBody(jobFinished(view, job.recorded, end?.shown ?? null), [...omitted, ...(end?.omitted ?? [])])
}

/** A step as a message tells it: without a return value that is too large for one. What is large is seldom read at all. */
function withinLimit(step: StepOfSeq): { shown: StepOfSeq; omitted: Omission[] } {
  const { returnValue } = step
  const isLarge = isLater(returnValue) || Buffer.byteLength(JSON.stringify(returnValue)) > MAX_TOLD_BYTES
  return isLarge ? { shown: { ...step, returnValue: null }, omitted: ['return_value'] } : { shown: step, omitted: [] }
}
