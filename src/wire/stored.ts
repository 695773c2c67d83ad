import type { Definition } from '../engine/definition.ts'
import { statusName } from '../engine/status.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { keepAsText } from '../engine/run/large.ts'
import type { StepEntry } from '../engine/run/entry.ts'
import type { StoredJob, StoredStep } from '../store/jobs/read.ts'
import type { JobState } from './job.ts'
import type { JobView, StepEnds } from './jobView.ts'
import { readDefinition } from './readDefinition.ts'

/** A stored job as it is told. */
export function viewOfStored(job: StoredJob): JobView {
  return viewWithDefinition(job, readDefinition(JSON.parse(job.definition)))
}

/** The same, where the definition is known already. */
export function viewWithDefinition(job: Omit<StoredJob, 'definition'>, definition: Definition): JobView {
  return {
    id: job.id,
    definition,
    state: job.state as JobState,
    createdAt: job.created_at,
    startedAt: job.started_at,
    finishedAt: job.finished_at,
    failedStep: job.failed_step,
    currentStep: job.current_step,
    variables: job.variables === null ? definition.variables : (JSON.parse(job.variables) as JsonObject),
    output: job.output === null ? null : JSON.parse(job.output),
    outputOmitted: job.output_omitted,
    stepRuns: job.recorded,
  }
}

/** A step of a job without others below its own, as it is stored: an entry that a run can go on from. */
export function entryOfStored(step: StoredStep, { steps }: Definition): StepEntry {
  const returnValue: Json = JSON.parse(step.return_value)
  const { position } = step
  const entry: StepEntry = {
    kind: 'step',
    path: steps[position - 1]?.id ?? String(position),
    position,
    written: position - 1,
    status: statusName(step.status) as StepEntry['status'],
    cause: null,
    attempt: step.started_at === null && statusName(step.status) !== 'INVALID_TYPE' ? 0 : 1,
    attempts: null,
    startedAt: step.started_at,
    finishedAt: step.finished_at,
    returnValue,
    json: step.return_value,
    error: null,
    variables: null,
  }
  return keepAsText(entry, returnValue)
}

/** Stored steps by their position. */
export function endsOfStored(steps: readonly StoredStep[], definition: Definition): StepEnds {
  return new Map(steps.map((step) => [step.position, entryOfStored(step, definition)]))
}
