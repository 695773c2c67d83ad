import type { Plan } from '../../engine/plan/plan.ts'
import { currentPath } from '../../engine/run/at.ts'
import { endOf } from '../../engine/run/run.ts'
import type { Acceptance, NewJob, NewJobProgress } from '../../store/jobs/newJob.ts'
import { isDataError } from '../../store/postgres/failures.ts'
import {
  type ActiveRun,
  changedVariables,
  createActiveRun,
  failedStepOf,
  markRecorded,
  viewOf,
} from '../run/activeRun.ts'
import { tellFailures } from '../run/failedSteps.ts'
import { leaveFor } from '../run/leaving.ts'
import { lead, type RunOver } from '../run/runner.ts'
import { withoutSuperseded } from '../run/superseded.ts'
import type { AcceptDeps, Submitted } from './deps.ts'
import { newJob, type Origin, type Submission } from './submission.ts'

/** A new job's leading pure steps run before it is accepted, until they gave so much, or their time is up. */
const LEAD_BYTES = 256 * 1024

/**
 * Begins a job, and accepts it with what it did so far. What it did is dropped, and it is to be queued, where no slot is
 * free, or where the database refuses what a step gave: that is then found step by step.
 */
export async function submitRunning(
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
