import { randomUUID } from 'node:crypto'
import { checkSteps } from '../../engine/plan/checks.ts'
import { type Plan, planJob } from '../../engine/plan/plan.ts'
import type { Registry } from '../../engine/registeredBlock.ts'
import { turns } from '../../process/turns.ts'
import type { AcceptDeps, Submitted } from './deps.ts'
import { type Submission, startMoment } from './submission.ts'
import { submitRunning } from './running.ts'
import { submitHeldBack, submitQueued, submitScheduled } from './unbegun.ts'

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
