import type { Definition, ParentRef } from '../engine/definition.ts'
import type { Json, JsonObject } from '../engine/values/json.ts'
import { blockName } from '../engine/registeredBlock.ts'
import type { Attempt, Wait, WaitEntry } from '../engine/run/entry.ts'
import { parentOf, type WrittenStep } from '../engine/plan/written.ts'
import { isFailure, STATUS_VALUES, type StatusName } from '../engine/status.ts'
import type { JobErrorView } from './jobError.ts'
import type { AttemptWire, ChildrenWire, JobState, JobSummaryWire, JobWire, StepWire, WaitingWire } from './job.ts'
import type { JobTree, OpenStep, StepEnd, TreeStep } from './jobTree.ts'
import { parseObject } from '../engine/values/parseJson.ts'

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

/** A job that nobody has begun. A view of one that is further says what else is known of it. */
export function unbegun(job: Pick<JobView, 'id' | 'definition' | 'state' | 'createdAt'>): JobView {
  return {
    ...job,
    scheduledFor: null,
    startedAt: null,
    finishedAt: null,
    failedStep: null,
    error: null,
    createdBy: null,
    takeovers: 0,
    currentStep: null,
    variables: job.definition.variables,
    output: null,
    outputOmitted: false,
    stepRuns: 0,
  }
}

/** The job as it stands on the wire, without its steps. */
export function jobToWire(job: JobView): JobWire {
  const { definition } = job
  return {
    ...summaryToWire(job),
    title: definition.title,
    description: definition.description,
    variables: job.variables,
    local_values: definition.localValues,
    output: job.output,
    step_runs: job.stepRuns,
    ...(job.outputOmitted ? { omitted: ['output'] } : {}),
  }
}

/**
 * The job as it stands on the wire, with its own steps.
 *
 * @param now the moment at which it stands so
 */
export function jobWithStepsToWire(job: JobView, tree: JobTree, now: number): JobWire {
  const steps = tree.top.map((step) => treeStepToWire(step, now))
  return { ...jobToWire({ ...job, stepRuns: tree.records }), steps }
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
    parent: parentToWire(definition.parent),
    rerun_of: definition.rerunOf,
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

/** The job and the step that made a child; null: none did. */
export function parentToWire(parent: ParentRef | null): JobSummaryWire['parent'] {
  return parent === null ? null : { job_id: parent.jobId, step: parent.step }
}

/** A step that is over, as an event tells of it. */
export function stepToWire(written: WrittenStep, end: StepEnd): StepWire {
  return render(written, end.path, end, null, null)
}

/** A step that begins to wait, as an event tells of it. */
export function waitingStepToWire(written: WrittenStep, { path, at, wait }: WaitEntry): StepWire {
  return render(written, path, null, { startedAt: at, attempt: 1, attempts: [], error: null, wait }, wait)
}

/** A step that is not over, as a live event tells of it. */
export function openStepToWire(written: WrittenStep, path: string, open: OpenStep): StepWire {
  return render(written, path, null, open, open.wait)
}

/** A step of a job's tree as it stands on the wire. */
export function treeStepToWire(step: TreeStep, now: number): StepWire {
  const { written, path, end, open, children, progress } = step
  const wait = end === null && open !== null ? open.wait : null
  const rendered = render(written, path, end, open, isOver(wait, now) ? null : wait)
  const shown = end?.resolved === undefined ? rendered : { ...rendered, resolved: parseObject(end.resolved) }
  if (isContainer(step)) return { ...shown, children: countChildren(children, now) }
  return progress === undefined || end !== null ? shown : { ...shown, progress }
}

function render(
  written: WrittenStep,
  path: string,
  end: StepEnd | null,
  open: OpenStep | null,
  wait: Wait | null,
): StepWire {
  const { definition: step, depth } = written
  const status: StatusName = end?.status ?? 'NONE'
  const attempts = end?.attempts ?? (open === null || open.attempts.length === 0 ? null : open.attempts)
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
    error: end?.error ?? open?.error ?? null,
    attempt: end?.attempt ?? open?.attempt ?? 0,
    ...(attempts === null ? {} : { attempts: attempts.map(attemptToWire) }),
    waiting: wait === null ? null : waitToWire(wait),
    started_at: timestampOrNull((end ?? open)?.startedAt ?? null),
    finished_at: timestampOrNull(end?.finishedAt ?? null),
    ...(end?.copied === true ? { copied: true } : {}),
  }
}

/** When the job will be shown otherwise though nothing is recorded: the first pause is over then; null: none is under way. */
export function nextPauseEnd(tree: JobTree, now: number): number | null {
  const ends = tree.all().flatMap(({ end, open }) => {
    const wait = end === null && open !== null ? open.wait : null
    return wait !== null && isPause(wait) && wait.until > now ? [wait.until] : []
  })
  return ends.length === 0 ? null : ends.reduce((first, at) => Math.min(first, at))
}

/** A pause that is past: what comes after it is not on record yet. */
function isOver(wait: Wait | null, now: number): boolean {
  return wait !== null && isPause(wait) && wait.until <= now
}

function isPause(wait: Wait): wait is Wait & { readonly until: number } {
  return wait.until != null && ['sleep', 'retry', 'every'].includes(wait.kind)
}

function isContainer({ written: { definition }, children }: TreeStep): boolean {
  const { more } = definition
  return children.length > 0 || more?.steps != null || more?.branches != null
}

function countChildren(children: readonly TreeStep[], now: number): ChildrenWire {
  const ended = children.flatMap(({ end }) => end?.status ?? [])
  return {
    total: children.length,
    done: ended.filter((status) => status === 'DONE' || status === 'HANDLED').length,
    failed: ended.filter(isFailure).length,
    waiting: children.filter(({ end, open }) => end === null && open?.wait != null && !isOver(open.wait, now)).length,
  }
}

function waitToWire({ since, until, ...wait }: Wait): WaitingWire {
  const { kind } = wait
  const times = { since: timestamp(since), until: timestampOrNull(until) }
  if (kind === 'job') return { kind, ...times, job_id: wait.id }
  return { ...wait, ...times }
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
