import type { Definition } from '../engine/definition.ts'
import { statusName } from '../engine/status.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { keepAsText } from '../engine/run/large.ts'
import type { StepOutcome } from '../engine/run/state.ts'
import type { StoredJob, StoredStep } from '../store/jobs/read.ts'
import type { JobState } from './job.ts'
import type { JobView, StepEnds } from './jobView.ts'
import { readDefinition } from './parseDefinition.ts'

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
  }
}

/** A stored step as an outcome that a run can go on from. */
export function outcomeOfStored(step: StoredStep): StepOutcome {
  const returnValue: Json = JSON.parse(step.return_value)
  const outcome: StepOutcome = {
    position: step.position,
    status: statusName(step.status) as StepOutcome['status'],
    startedAt: step.started_at,
    finishedAt: step.finished_at,
    returnValue,
    json: step.return_value,
    variables: null,
  }
  return keepAsText(outcome, returnValue)
}

/** Stored steps by their position. */
export function endsOfStored(steps: readonly StoredStep[]): StepEnds {
  return new Map(steps.map((step) => [step.position, outcomeOfStored(step)]))
}
