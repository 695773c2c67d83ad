import type { Definition, StepDefinition } from '../engine/definition.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { blockName } from '../engine/plan/registry.ts'
import type { StepOutcome } from '../engine/run/state.ts'
import { STATUS_VALUES, type StatusName } from '../engine/status.ts'
import type { JobState, JobSummaryWire, JobWire, StepWire } from './job.ts'

/** A job and how far it is: what is told of it, wherever it was read or runs. */
export type JobView = {
  readonly id: string
  readonly definition: Definition
  readonly state: JobState
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly failedStep: string | null
  readonly currentStep: string | null
  readonly variables: JsonObject
  readonly output: Json
  readonly outputOmitted: boolean
}

/** How a step ended, as far as the wire tells it. */
export type StepEnd = Pick<StepOutcome, 'status' | 'startedAt' | 'finishedAt' | 'returnValue'>

/** Step ends by position; a step without one has not run. */
export type StepEnds = ReadonlyMap<number, StepEnd>

/** The job as it stands on the wire, without its steps. */
export function jobToWire(job: JobView): JobWire {
  const { definition } = job
  return {
    ...summaryToWire(job),
    variables: job.variables,
    local_values: definition.localValues,
    output: job.output,
    ...(job.outputOmitted ? { omitted: ['output'] } : {}),
  }
}

/** The job as it stands on the wire, with all its steps. */
export function jobWithStepsToWire(job: JobView, ends: StepEnds): JobWire {
  return { ...jobToWire(job), steps: job.definition.steps.map((step) => stepToWire(step, ends.get(step.position))) }
}

function summaryToWire(job: JobView): JobSummaryWire {
  const { definition, state } = job
  return {
    id: job.id,
    name: definition.name,
    state,
    success: job.finishedAt === null ? null : state === 'succeeded',
    failed_step: job.failedStep,
    current_step: job.currentStep,
    tags: [...definition.tags],
    metadata: definition.metadata,
    step_limit: definition.stepLimit,
    block_limit_overrides: definition.blockLimitOverrides,
    created_at: timestamp(job.createdAt),
    started_at: timestampOrNull(job.startedAt),
    finished_at: timestampOrNull(job.finishedAt),
  }
}

/** A step as it stands on the wire. */
export function stepToWire(step: StepDefinition, end: StepEnd | undefined): StepWire {
  const status: StatusName = end?.status ?? 'NONE'
  return {
    id: step.id,
    path: step.id,
    position: step.position,
    action: step.action,
    block: blockName(step.action),
    parameters: step.parameters,
    forced: step.forced,
    if: step.condition,
    status: { name: status, value: STATUS_VALUES[status] },
    return_value: end?.returnValue ?? null,
    started_at: timestampOrNull(end?.startedAt ?? null),
    finished_at: timestampOrNull(end?.finishedAt ?? null),
  }
}

/** The moment that was written last: a job's moments mostly lie in one millisecond, and writing one takes 0.5 µs. */
let written = { milliseconds: 0, text: new Date(0).toISOString() }

/** RFC 3339, UTC, milliseconds. */
export function timestamp(milliseconds: number): string {
  if (milliseconds !== written.milliseconds) written = { milliseconds, text: new Date(milliseconds).toISOString() }
  return written.text
}

/** The same, or null. */
export function timestampOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : timestamp(milliseconds)
}
