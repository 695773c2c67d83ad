import type { CheckFailure } from '../../engine/plan/checks.ts'
import { isObject } from '../../engine/values/json.ts'
import { missingBlocks, planJob } from '../../engine/plan/plan.ts'
import type { Registry } from '../../engine/plan/registry.ts'
import type { Resume, StepOutcome } from '../../engine/run/state.ts'
import type { Database } from '../../store/client.ts'
import type { ClaimedJob } from '../../store/jobs/claim.ts'
import { readLastVariables, readSteps } from '../../store/jobs/read.ts'
import { readDefinition } from '../../wire/parseDefinition.ts'
import { outcomeOfStored } from '../../wire/stored.ts'
import { type ActiveRun, createActiveRun, type SharedRunContext } from './activeRun.ts'

/** From this takeover on without a record in between, a job may be what kills its replicas. */
const SUSPECT_TAKEOVERS = 2

export type ResumeDeps = {
  readonly database: Database
  readonly registry: Registry
  readonly context: SharedRunContext
  readonly maxTakeovers: number
}

/** A claimed job, ready to run; or the blocks that this replica lacks for it. */
export type Resumed = { readonly active: ActiveRun } | { readonly missing: string[] }

/**
 * Goes on with a job where its last recorded step ended, variables included.
 *
 * @param provedAt the lapses of the lease that were known before the job was claimed
 */
export async function resumeJob(claimed: ClaimedJob, provedAt: number, deps: ResumeDeps): Promise<Resumed> {
  const failures = claimed.checks === null ? undefined : (JSON.parse(claimed.checks) as (CheckFailure | null)[])
  const definition = readDefinition(JSON.parse(claimed.definition))
  const plan = planJob(definition, deps.registry, failures ?? definition.steps.map(() => null))
  const resume = await readResume(claimed, deps)
  const missing = resume.cancelled === 'before-start' ? [] : missingBlocks(plan, claimed.recorded)
  if (missing.length > 0) return { missing }
  const { tenant, id, createdAt, nonce, fence } = claimed
  const startedAt = claimed.startedAt ?? createdAt
  const suspect = isSuspect(claimed)
  const origin = { tenant, id, plan, createdAt, startedAt, nonce, fence, suspect, provedAt, resume }
  return { active: createActiveRun(origin, deps.context) }
}

/** Whether a job may be what killed its replicas: it is run so that it can be told from its neighbours. */
export function isSuspect({ takeovers }: ClaimedJob): boolean {
  return takeovers >= SUSPECT_TAKEOVERS
}

async function readResume(claimed: ClaimedJob, { database, maxTakeovers }: ResumeDeps): Promise<Resume> {
  const { tenant, id, recorded, takeovers } = claimed
  const [steps, variables] =
    recorded === 0
      ? [[], null]
      : await Promise.all([readSteps(database, tenant, id), readLastVariables(database, tenant, id)])
  const outcomes = steps.map(outcomeOfStored)
  return {
    outcomes,
    variables,
    cancelled: cancelOf(claimed, outcomes),
    givenUp: takeovers >= maxTakeovers,
  }
}

/**
 * After a takeover the first step without a record counts as the one that was being called when the cancel came, unless
 * a step was recorded after it: then the run knew of the cancel, and what it was doing when its replica died is a forced
 * step, which runs again.
 */
function cancelOf(
  { cancelAt, startedAt, takeovers }: ClaimedJob,
  outcomes: readonly StepOutcome[],
): Resume['cancelled'] {
  if (cancelAt === null) return null
  if (startedAt === null) return 'before-start'
  const known = outcomes.some((outcome) => outcome.finishedAt > cancelAt || wasKilled(outcome))
  return takeovers > 0 && !known ? 'during-step' : 'between-steps'
}

function wasKilled({ status, returnValue }: StepOutcome): boolean {
  return status === 'KILLED_MANUALLY' && isObject(returnValue) && returnValue['type'] === 'StepAborted'
}
