import { randomUUID } from 'node:crypto'
import { checkSteps } from '../../engine/plan/checks.ts'
import { type Plan, planJob } from '../../engine/plan/plan.ts'
import type { Registry } from '../../engine/registeredBlock.ts'
import { currentPath } from '../../engine/run/at.ts'
import type { Entry } from '../../engine/run/entry.ts'
import { endOf } from '../../engine/run/run.ts'
import { turns } from '../../process/turns.ts'
import type { Acceptance, NewJob, NewJobProgress } from '../../store/jobs/newJob.ts'
import { isDataError, sqlState } from '../../store/postgres/failures.ts'
import { type JobView, unbegun } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { Claimer } from '../queue/claimer.ts'
import type { QueueBound } from '../queue/queueBound.ts'
import type { Slots } from '../queue/slots.ts'
import type { Arrival, TenantQueues } from '../queue/tenantQueues.ts'
import {
  type ActiveRun,
  changedVariables,
  createActiveRun,
  failedStepOf,
  markRecorded,
  type SharedRunContext,
  viewOf,
} from '../run/activeRun.ts'
import { tellFailures } from '../run/failedSteps.ts'
import { leaveFor } from '../run/leaving.ts'
import { lead, type RunnerDeps, type RunOver } from '../run/runner.ts'
import { withoutSuperseded } from '../run/superseded.ts'
import type { Runs } from '../runs.ts'
import type { LeadTime } from './leadTime.ts'
import { newJob, type Origin, type Submission, startMoment, type TenantBounds } from './submission.ts'

/** What became of it. `job` is how it stands now; `entries` are what happened so far. */
export type Submitted =
  | { readonly kind: 'accepted'; readonly job: JobView; readonly entries: readonly Entry[] }
  | { readonly kind: 'id-taken' }
  | { readonly kind: 'key-taken' }

/** What accepting a job stands on. */
export type AcceptDeps = RunnerDeps & {
  readonly registry: Registry
  readonly context: SharedRunContext
  readonly slots: Slots
  readonly claimer: Claimer
  readonly bound: QueueBound
  /** A job that has begun was queued: what it did so far is on record. */
  readonly onQueued: (active: ActiveRun) => void
  /** A job was accepted that is due at a moment. */
  readonly onScheduled: (at: number) => void
  readonly tenantQueues: TenantQueues
  readonly leadTime: LeadTime
  readonly runs: Runs
}

/** A new job's leading pure steps run before it is accepted, until they gave so much, or their time is up. */
const LEAD_BYTES = 256 * 1024

/**
 * Accepts a job: durable when this resolves. It begins at once where nothing waits and a slot is free; one that is over
 * after its leading steps needs no slot. Jobs of a tenant with a bound on what runs at once go through the queue, where
 * claims keep the bound and the order.
 *
 * Throws a `ProblemError`: `unavailable` where too many wait, `too-many-requests` where too many of the tenant do,
 * `invalid-definition` where the database can't hold it.
 */
export async function submit(submission: Submission, deps: AcceptDeps): Promise<Submitted> {
  if (!turns.hasTime()) await turns.next(submission.tenant)
  const plan = planOf(submission, deps.registry)
  const createdAt = deps.lease.clock.now()
  const { firing } = submission
  const scheduledFor = firing?.moment ?? startMoment(submission.job.start, createdAt)
  const origin = { nonce: randomUUID(), createdAt, scheduledFor }
  if (firing?.heldBack === true) return submitHeldBack(submission, plan, origin, deps)
  if (scheduledFor !== null && scheduledFor > createdAt) return submitScheduled(submission, plan, origin, deps)
  if (mayBegin(submission, deps)) {
    const submitted = await submitRunning(submission, plan, origin, deps)
    if (submitted !== 'to-be-queued') return submitted
  }
  return submitQueued(submission, plan, origin, deps)
}

function planOf({ job: { definition }, version, secrets }: Submission, registry: Registry): Plan {
  if (version === null) return planJob(definition, registry, checkSteps(definition, registry, secrets))
  return version.plan(definition, registry, version.checks(registry, secrets))
}

/** Whether a job may begin without having been in the queue: nothing of its tenant waits there as far as is known here. */
function mayBegin({ tenant, bounds, takenOver }: Submission, { slots, claimer }: AcceptDeps): boolean {
  if (takenOver !== undefined) return false
  return slots.limit > 0 && claimer.queueEmpty && bounds.running === null && !claimer.isHeldBack(tenant)
}

/** Accepts a job that begins later: it takes no place in the queue until then. */
async function submitScheduled(
  submission: Submission,
  plan: Plan,
  origin: Origin,
  deps: AcceptDeps,
): Promise<Submitted> {
  const kind = await acceptUnbegun(newJob(submission, plan, origin, { state: 'scheduled' }), deps)
  if (kind !== 'accepted') return { kind }
  deps.onScheduled(origin.scheduledFor ?? origin.createdAt)
  return { kind, job: unbegunView(submission, origin, 'scheduled'), entries: [] }
}

/** Accepts a job that begins when others are over: no moment is its own. */
async function submitHeldBack(
  submission: Submission,
  plan: Plan,
  origin: Origin,
  deps: AcceptDeps,
): Promise<Submitted> {
  const kind = await acceptUnbegun(newJob(submission, plan, origin, { state: 'held-back' }), deps)
  return kind === 'accepted' ? { kind, job: unbegunView(submission, origin, 'scheduled'), entries: [] } : { kind }
}

async function submitQueued(submission: Submission, plan: Plan, origin: Origin, deps: AcceptDeps): Promise<Submitted> {
  const { tenant, bounds } = submission
  const entries = submission.takenOver?.entries ?? []
  const arrivals = await admit(tenant, bounds, deps)
  let queued = false
  try {
    const kind = await acceptUnbegun(newJob(submission, plan, origin, { state: 'queued', entries }), deps)
    if (kind !== 'accepted') return { kind }
    queued = true
  } finally {
    for (const arrival of arrivals) arrival.settle(queued)
  }
  deps.claimer.queuedFor(tenant, bounds.running !== null)
  return { kind: 'accepted', job: unbegunView(submission, origin, 'queued'), entries }
}

async function acceptUnbegun(job: NewJob, { journal, telemetry }: AcceptDeps): Promise<Acceptance['kind']> {
  try {
    const { kind } = await journal.accept(job)
    const { tenant, id, progress } = job
    if (kind === 'accepted') telemetry.emit('jobAccepted', { tenant, id, state: progress.state })
    return kind
  } catch (error) {
    if (!isDataError(error)) throw error
    throw new ProblemError('invalid-definition', `the database can't hold this definition (${sqlState(error)})`)
  }
}

/** Lets a job into the queue: that of all, and that of its tenant where it has a bound of its own. */
async function admit(tenant: string, { queued }: TenantBounds, deps: AcceptDeps): Promise<Arrival[]> {
  const own = queued === null ? [] : [await admitOfTenant(tenant, queued, deps)]
  try {
    return [...own, await deps.bound.admit(tenant)]
  } catch (error) {
    for (const arrival of own) arrival.settle(false)
    throw error
  }
}

async function admitOfTenant(tenant: string, bound: number, { tenantQueues }: AcceptDeps): Promise<Arrival> {
  const arrival = await tenantQueues.admit(tenant, bound)
  if (arrival !== null) return arrival
  throw new ProblemError('too-many-requests', `${bound} jobs of the tenant are waiting already`, { retryAfter: 5 })
}

/**
 * Begins a job, and accepts it with what it did so far. What it did is dropped, and it is to be queued, where no slot is
 * free, or where the database refuses what a step gave: that is then found step by step.
 */
async function submitRunning(
  submission: Submission,
  plan: Plan,
  origin: Origin,
  deps: AcceptDeps,
): Promise<Submitted | 'to-be-queued'> {
  const { tenant, id, createdBy, inputs, isLogged } = submission
  const provedAt = deps.lease.lapses
  const { nonce, createdAt, scheduledFor } = origin
  const active = createActiveRun(
    {
      ...{ tenant, id, plan, nonce, createdAt, startedAt: createdAt, createdBy },
      fence: '',
      suspect: false,
      provedAt,
      scheduledFor,
      inputs: inputs?.known ?? null,
    },
    deps.context,
  )
  const { progress, exit } = leadingProgress(active, deps)
  using slot = exit === null ? await deps.slots.holdSoon(tenant) : null
  if (exit === null && slot === null) return dropped(active)
  const acceptance = await accept(newJob(submission, plan, origin, progress, slot !== null), active, deps)
  if (acceptance === 'refused') return dropped(active)
  if (acceptance.kind !== 'accepted') return { kind: acceptance.kind }
  active.fence = acceptance.fence
  active.rows = acceptance.rows
  const entries = active.pending.slice()
  markRecorded(active, active.pending.length)
  deps.telemetry.emit('jobAccepted', { tenant, id, state: progress.state })
  tellFailures(active, entries, deps.telemetry)
  const view = viewOf(active, exit)
  if (exit !== null) deps.runs.conclude(active, exit, isLogged)
  else if (acceptance.owned) deps.runs.begin(active)
  else {
    // The lease had run out: the job waits for whoever claims it.
    leaveFor(active, 'lost')
    deps.onQueued(active)
  }
  return { kind: 'accepted', job: view, entries }
}

/** The run of a job that was not accepted is left: a step that it waits for is told to stop. */
async function accept(job: NewJob, active: ActiveRun, deps: AcceptDeps): Promise<Acceptance | 'refused'> {
  try {
    const acceptance = await deps.journal.accept(job)
    if (acceptance.kind !== 'accepted') leaveFor(active, 'lost')
    return acceptance
  } catch (error) {
    leaveFor(active, 'lost')
    if (isDataError(error)) return 'refused'
    throw error
  }
}

function dropped(active: ActiveRun): 'to-be-queued' {
  leaveFor(active, 'lost')
  return 'to-be-queued'
}

/** Runs what may run before the commit, and says what is to be written of it. */
function leadingProgress(active: ActiveRun, deps: AcceptDeps): { progress: NewJobProgress; exit: RunOver | null } {
  const { run } = active
  const isOver = lead(active, deps, deps.leadTime.next(), LEAD_BYTES)
  const entries = withoutSuperseded(active.pending)
  const { startedAt } = run
  const failed = failedStepOf(active)
  if (!isOver) {
    const currentStep = currentPath(run)
    active.currentStep = currentStep
    return { progress: { state: 'running', startedAt, entries, currentStep, failed }, exit: null }
  }
  const end = endOf(run)
  const finishedAt = run.context.clock.now()
  const state = end.success ? 'succeeded' : 'failed'
  const { output, outputOmitted } = end
  const variables = changedVariables(active)
  return {
    progress: { state, startedAt, finishedAt, entries, failed, variables, output, outputOmitted },
    exit: { kind: 'over', end, finishedAt },
  }
}

function unbegunView(
  { id, job, createdBy, takenOver }: Submission,
  { createdAt, scheduledFor }: Origin,
  state: 'queued' | 'scheduled',
): JobView {
  const { definition } = job
  return {
    ...unbegun({ id, definition, state, createdAt }),
    scheduledFor,
    createdBy,
    variables: takenOver?.variables ?? definition.variables,
    stepRuns: takenOver?.entries.filter(({ kind }) => kind === 'step').length ?? 0,
  }
}
