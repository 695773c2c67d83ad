import type { Definition } from '../engine/definition.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { blockName } from '../engine/plan/registeredBlock.ts'
import type { Attempt, StepEntry } from '../engine/run/entry.ts'
import { parentOf, type WrittenStep } from '../engine/plan/written.ts'
import { STATUS_VALUES, type StatusName } from '../engine/status.ts'
import type { JobErrorView } from './jobError.ts'
import type { AttemptWire, JobState, JobSummaryWire, JobWire, StepWire } from './job.ts'

/** A job and how far it is: what is told of it, wherever it was read or runs. */
export type JobView = {
  readonly id: string
  readonly definition: Definition
  readonly state: JobState
  readonly createdAt: number
  /** The moment that was asked for when it was posted. */
  readonly scheduledFor: number | null
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly failedStep: string | null
  /** Why that step failed; null too where only the version before knew. */
  readonly error: JobErrorView | null
  /** The id of the key that posted it; null: the service had no keys. */
  readonly createdBy: string | null
  /** How often another replica had to go on with it. */
  readonly takeovers: number
  readonly currentStep: string | null
  readonly variables: JsonObject
  readonly output: Json
  readonly outputOmitted: boolean
  /** How many records its steps have. */
  readonly stepRuns: number
}

/** How a step ended, as far as the wire tells it. */
export type StepEnd = Pick<
  StepEntry,
  'path' | 'status' | 'attempt' | 'attempts' | 'startedAt' | 'finishedAt' | 'returnValue' | 'error'
>

/** Step ends by position; a step without one has not run. */
export type StepEnds = ReadonlyMap<number, StepEnd>

/** The ends of the job's own steps: of several with one path, that of each position. */
export function topEnds(ends: Iterable<StepEnd & { readonly position: number }>): StepEnds {
  const byPosition = new Map<number, StepEnd>()
  for (const end of ends) if (!end.path.includes('/')) byPosition.set(end.position, end)
  return byPosition
}

/** The job as it stands on the wire, without its steps. */
export function jobToWire(job: JobView): JobWire {
  const { definition } = job
  return {
    ...summaryToWire(job),
    description: definition.description,
    variables: job.variables,
    local_values: definition.localValues,
    output: job.output,
    step_runs: job.stepRuns,
    ...(job.outputOmitted ? { omitted: ['output'] } : {}),
  }
}

/** The job as it stands on the wire, with all its steps. */
export function jobWithStepsToWire(job: JobView, ends: StepEnds): JobWire {
  const steps = job.definition.steps.map((definition) =>
    stepToWire({ definition, depth: 0, parts: 1 }, ends.get(definition.position)),
  )
  return { ...jobToWire(job), steps }
}

function summaryToWire(job: JobView): JobSummaryWire {
  const { definition, state } = job
  return {
    id: job.id,
    name: definition.name,
    state,
    success: job.finishedAt === null ? null : state === 'succeeded',
    failed_step: job.failedStep,
    error: job.error,
    current_step: job.currentStep,
    tags: [...definition.tags],
    metadata: definition.metadata,
    definition: definition.of,
    schedule: definition.schedule,
    step_limit: definition.stepLimit,
    block_limit_overrides: definition.blockLimitOverrides,
    created_by: job.createdBy,
    takeovers: job.takeovers,
    created_at: timestamp(job.createdAt),
    scheduled_for: timestampOrNull(job.scheduledFor),
    started_at: timestampOrNull(job.startedAt),
    finished_at: timestampOrNull(job.finishedAt),
  }
}

/** A step as it stands on the wire. */
export function stepToWire(written: WrittenStep, end: StepEnd | undefined): StepWire {
  const { definition: step, depth } = written
  const status: StatusName = end?.status ?? 'NONE'
  const path = end?.path ?? step.id
  const { more } = step
  return {
    id: step.id,
    path,
    parent: parentOf(path, written),
    depth,
    position: step.position,
    title: more?.title ?? null,
    description: more?.description ?? null,
    action: step.action,
    block: blockName(step.action),
    parameters: step.parameters,
    forced: step.forced,
    if: step.condition,
    status: { name: status, value: STATUS_VALUES[status] },
    return_value: end?.returnValue ?? null,
    error: end?.error ?? null,
    attempt: end?.attempt ?? 0,
    ...(end?.attempts == null ? {} : { attempts: end.attempts.map(attemptToWire) }),
    started_at: timestampOrNull(end?.startedAt ?? null),
    finished_at: timestampOrNull(end?.finishedAt ?? null),
  }
}

function attemptToWire({ startedAt, finishedAt, error }: Attempt): AttemptWire {
  return { started_at: timestamp(startedAt), finished_at: timestamp(finishedAt), error }
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
