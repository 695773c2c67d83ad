import type { Definition } from '../engine/definition.ts'
import { writtenSteps } from '../engine/plan/written.ts'
import { type FinalStatus, finalStatusName } from '../engine/status.ts'
import { isObject, type Json } from '../engine/values/json.ts'
import type { FailureOfStep, StoredFailure } from '../store/jobs/failure.ts'
import type { FailedStep } from '../store/jobs/newJob.ts'

/** Why a job failed: what is told of its `failed_step`. */
export type JobErrorView = FailureOfStep & { readonly step: string }

/** A step that failed, as a run or its record knows it. */
export type StepFailure = {
  readonly status: FinalStatus
  /** The place of the step as it is written. */
  readonly written: number
  readonly error: Json
}

/** A message is told up to here; whole it stands in the step. */
const MESSAGE_CHARACTERS = 500

/** Names are looked up by an index, which takes no long texts. */
const NAME_CHARACTERS = 200

/** The failed step that explains a job, with what the job says of it. */
export function failedStep(
  definition: Definition,
  { path, seq }: Pick<FailedStep, 'path' | 'seq'>,
  { status, written, error }: StepFailure,
): FailedStep {
  const action = writtenSteps(definition)[written]?.definition.action ?? ''
  const { type, message } = isObject(error) ? error : {}
  const failure: FailureOfStep = {
    action: storable(action, NAME_CHARACTERS),
    status,
    type: storable(textOr(type, status), NAME_CHARACTERS),
    message: storable(textOr(message, ''), MESSAGE_CHARACTERS),
  }
  return { path, seq, failure }
}

function textOr(value: Json | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

/** Postgres' texts hold neither NUL nor halves of characters. */
function storable(text: string, most: number): string {
  return text
    .slice(0, most)
    .replace(/[\ud800-\udbff]$/, '')
    .replaceAll('\0', '\ufffd')
    .toWellFormed()
}

/** What a job says of its failed step. */
export function errorOf(failed: FailedStep | null): JobErrorView | null {
  return failed === null ? null : { step: failed.path, ...failed.failure }
}

/** The same of a stored job. */
export function errorOfStored(job: StoredFailure): JobErrorView | null {
  const { failed_action: action, failed_status: status } = job
  if (action === null || status === null) return null
  const [type, message] = [job.failed_type ?? '', job.failed_message ?? '']
  return { step: job.failed_step ?? '', action, status: finalStatusName(status), type, message }
}
