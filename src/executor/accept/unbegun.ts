import type { Plan } from '../../engine/plan/plan.ts'
import type { Acceptance, NewJob } from '../../store/jobs/newJob.ts'
import { isDataError, sqlState } from '../../store/postgres/failures.ts'
import { type JobView, unbegun } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { Arrival } from '../queue/tenantQueues.ts'
import type { AcceptDeps, Submitted } from './deps.ts'
import { newJob, type Origin, type Submission, type TenantBounds } from './submission.ts'

/** Accepts a job that begins later: it takes no place in the queue until then. */
export async function submitScheduled(
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
export async function submitHeldBack(
  submission: Submission,
  plan: Plan,
  origin: Origin,
  deps: AcceptDeps,
): Promise<Submitted> {
  const kind = await acceptUnbegun(newJob(submission, plan, origin, { state: 'held-back' }), deps)
  return kind === 'accepted' ? { kind, job: unbegunView(submission, origin, 'scheduled'), entries: [] } : { kind }
}

/** Accepts a job into the queue, where there is room. Throws the `ProblemError`s of `submit`. */
export async function submitQueued(
  submission: Submission,
  plan: Plan,
  origin: Origin,
  deps: AcceptDeps,
): Promise<Submitted> {
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
