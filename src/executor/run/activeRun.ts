import type { BlockLog, Progress } from '../../engine/block.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { Entry, StepEntry } from '../../engine/run/entry.ts'
import type { RecordParameters } from '../../engine/run/resolved.ts'
import { type Command, createRun, lastFailureOf, type RunEnd } from '../../engine/run/run.ts'
import type { Clock, RunContext, RunLimits } from '../../engine/run/runContext.ts'
import type { RunState, StepFrame } from '../../engine/run/state.ts'
import type { SecretInputs } from '../../engine/secrets/inputs.ts'
import { parseJson, parseObject } from '../../engine/values/parseJson.ts'
import { stepKey, waitId } from '../../engine/values/stepKey.ts'
import type { WaitRef } from '../../secrets/answerLinks.ts'
import type { FailedStep } from '../../store/jobs/newJob.ts'
import type { NewWait } from '../../store/waits/write.ts'
import { errorOf, failedStep } from '../../wire/jobError.ts'
import { type JobView, unbegun } from '../../wire/jobView.ts'
import { watchCall } from './blame.ts'
import type { Leaving } from './leaving.ts'
import { type LiveBoard, noteProgress, type ProgressTold } from './live.ts'
import { followWaits } from './waits.ts'

/** A job that this replica runs, and what of it is written. Made here; the files of the executor pass it on. */
export type ActiveRun = {
  readonly tenant: string
  readonly id: string
  readonly plan: Plan
  readonly createdAt: number
  readonly scheduledFor: number | null
  /** The id of the key that posted it; null: the service had no keys. */
  readonly createdBy: string | null
  /** How often another replica had to go on with it. */
  readonly takeovers: number
  readonly run: RunState
  /** What happened and is not committed yet, in order. */
  readonly pending: Entry[]
  /** Steps that are committed, and that no hook was told of yet. */
  readonly untold: StepEntry[]
  /** Names this replica's hold of the job; empty until the job is accepted. */
  fence: string
  /** The last seq that is committed. */
  recorded: number
  /** Rows of the job's journal, as far as they are committed. */
  rows: number
  /** How long the job was run by whoever had it, as far as it is on record. */
  ranMs: number
  /** Signals that this run knows of. */
  signals: number
  /** Paths of steps that wait for people or events, as far as that is committed. */
  readonly waiting: Set<string>
  /** Waits that were taken over from another job, and are not written as its own yet. */
  copiedWaits: readonly NewWait[]
  /** When the oldest entry that is not committed came, by the monotonic clock. */
  pendingSince: number
  pendingBytes: number
  currentStep: string | null
  /** Something that was taken from the run and not yet dealt with. */
  happened: Entry | Command | null
  /** Calls that begin once everything before them is committed. */
  readonly beginning: StepFrame[]
  /** The write on its way, if any: writes of one run follow each other. */
  writing: Promise<void> | null
  /** Child jobs that are being made. */
  making: number
  /** Child jobs that were refused here. */
  refusals: number
  /** What its steps said last of how far they are, by their paths. */
  readonly progress: Map<string, ProgressTold>
  /** Some of that is not kept where other replicas see it. */
  progressNew: boolean
  /** Its end is being written, so that nothing else needs to be. */
  ending: boolean
  /** Why it leaves this replica before its end; null: it does not, but for a drain. */
  leaving: Leaving | null
  /** The lapses of the lease that were known when the hold was last proved (lease.ts). */
  provedAt: number
  /** It lost its replica more than once without a record: each of its steps is committed before the next. */
  readonly suspect: boolean
  /** It was to be given up when it had so many rows: a run that breaks without another is not tried again. */
  lastChanceAt: number | null
}

/** What every run of this executor shares. */
export type SharedRunContext = {
  readonly clock: Clock
  readonly limits: RunLimits
  readonly recordParameters: RecordParameters
  readonly globals: Readonly<Record<string, unknown>>
  readonly log: (job: { tenant: string; id: string }) => BlockLog
  /** The link that is good for one wait alone; null: there are no links. */
  readonly waitUrl: (wait: WaitRef) => string | null
  /** Who watches live. */
  readonly live: LiveBoard
}

/** What is known of a job when its run is made. */
export type RunOrigin = {
  readonly tenant: string
  readonly id: string
  readonly plan: Plan
  readonly createdAt: number
  readonly startedAt: number
  readonly nonce: string
  readonly fence: string
  readonly suspect: boolean
  readonly provedAt: number
  /** How long it was run before, in milliseconds. */
  readonly ran?: number
  readonly scheduledFor?: number | null
  readonly createdBy: string | null
  readonly takeovers?: number
  /** Its secret local values; left out, or null: it has none. */
  readonly inputs?: SecretInputs | null
}

/** A run that begins, or goes on where its entries end: nothing is done or written yet. */
export function createActiveRun(origin: RunOrigin, shared: SharedRunContext): ActiveRun {
  const { tenant, id, plan, createdAt, fence, suspect, provedAt, createdBy } = origin
  const { scheduledFor = null, takeovers = 0 } = origin
  const run = openRun(origin, shared, (path, progress) => noteProgress(active, shared.live, path, progress))
  const active: ActiveRun = {
    tenant,
    id,
    plan,
    createdAt,
    scheduledFor,
    createdBy,
    takeovers,
    run,
    fence,
    provedAt,
    suspect,
    pending: [],
    untold: [],
    recorded: 0,
    rows: 0,
    ranMs: 0,
    signals: 0,
    waiting: new Set(),
    copiedWaits: [],
    pendingSince: 0,
    pendingBytes: 0,
    currentStep: null,
    happened: null,
    beginning: [],
    writing: null,
    progress: new Map(),
    progressNew: false,
    making: 0,
    refusals: 0,
    ending: false,
    leaving: null,
    lastChanceAt: null,
  }
  return active
}

function openRun(
  origin: RunOrigin,
  shared: SharedRunContext,
  onProgress: (path: string, progress: Progress) => void,
): RunState {
  const { tenant, id, plan, createdAt, startedAt, nonce, ran = 0, scheduledFor = null, inputs = null } = origin
  const { name, tags, metadata } = plan.definition
  const context: RunContext = {
    job: { id, tenant, name, tags, metadata },
    createdAt,
    scheduledFor,
    clock: shared.clock,
    limits: shared.limits,
    inputs,
    recordParameters: shared.recordParameters,
    globals: shared.globals,
    log: shared.log({ tenant, id }),
    random: Math.random,
    watch: watchCall,
    onProgress,
    waitUrl: (path) => shared.waitUrl({ tenant, jobId: id, id: waitId(stepKey(nonce, path)) }),
    idempotencyKey: (path) => stepKey(nonce, path),
  }
  return createRun(plan, context, startedAt, ran)
}

/** Takes up what happened, to be committed. */
export function addEntry(active: ActiveRun, entry: Entry): void {
  if (active.pending.length === 0) active.pendingSince = performance.now()
  active.pending.push(entry)
  active.pendingBytes += bytesOf(entry)
}

/** About how much an entry is to be written. */
export function bytesOf(entry: Entry): number {
  return entry.kind === 'step' ? entry.json.length + (entry.variables?.json.length ?? 0) : MARK_BYTES
}

/** Marks are small, but for the items of a loop, which were a value before. */
const MARK_BYTES = 200

/** The first so many entries are committed. The variables that they left are in the database, and needed here no more. */
export function markRecorded(active: ActiveRun, count: number): void {
  for (const entry of active.pending.splice(0, count)) {
    if (entry.kind === 'mark') continue
    active.recorded++
    followWaits(active.waiting, entry)
    if (entry.kind !== 'step') continue
    entry.variables = null
    active.untold.push(entry)
  }
  active.pendingSince = performance.now()
  active.pendingBytes = active.pending.reduce((sum, entry) => sum + bytesOf(entry), 0)
}

/** The job's variables as JSON text, or null where no step changed them. */
export function changedVariables({ run }: ActiveRun): string | null {
  const { variables } = run.top
  return variables.changed ? variables.text : null
}

/** The last step that failed so far. */
export function failedStepOf({ run, plan }: ActiveRun): FailedStep | null {
  const failure = lastFailureOf(run)
  return failure === null ? null : failedStep(plan.definition, { path: failure.step, seq: failure.seq }, failure)
}

/** The job as it stands at this moment: a later step changes nothing in what was given out. */
export function viewOf(active: ActiveRun, over: { end: RunEnd; finishedAt: number } | null): JobView {
  const text = changedVariables(active)
  const failed = failedStepOf(active)
  return {
    ...unbegun({
      id: active.id,
      definition: active.plan.definition,
      state: over?.end.state ?? 'running',
      createdAt: active.createdAt,
    }),
    scheduledFor: active.scheduledFor,
    startedAt: active.run.startedAt,
    finishedAt: over?.finishedAt ?? null,
    failedStep: failed?.path ?? null,
    error: errorOf(failed),
    createdBy: active.createdBy,
    takeovers: active.takeovers,
    currentStep: over === null ? active.currentStep : null,
    variables: text === null ? active.plan.definition.variables : parseObject(text),
    output: over?.end.output == null ? null : parseJson(over.end.output),
    outputOmitted: over?.end.outputOmitted ?? false,
    stepRuns: active.run.records,
  }
}
