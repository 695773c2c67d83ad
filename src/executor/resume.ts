import type { CheckFailure } from '../engine/checks.ts'
import { missingBlocks, planJob } from '../engine/plan.ts'
import type { Registry } from '../engine/registry.ts'
import type { Resume } from '../engine/state.ts'
import type { Database } from '../store/client.ts'
import type { ClaimedJob } from '../store/jobs/claim.ts'
import { readLastVariables, readSteps } from '../store/jobs/read.ts'
import { readDefinition } from '../wire/parseDefinition.ts'
import { outcomeOfStored } from '../wire/stored.ts'
import { type ActiveRun, createActiveRun, type RunSurroundings } from './activeRun.ts'

/** From this takeover on without a record in between, a job may be what kills its replicas. */
const SUSPECT_TAKEOVERS = 2

export type ResumeDeps = {
  readonly database: Database
  readonly registry: Registry
  readonly around: RunSurroundings
  readonly maxTakeovers: number
}

/** A claimed job, ready to run; or the blocks that this replica lacks for it. */
export type Resumed = { readonly active: ActiveRun } | { readonly missing: string[] }

/** Goes on with a job where its last recorded step ended, variables included. */
export async function resumeJob(claimed: ClaimedJob, deps: ResumeDeps): Promise<Resumed> {
  const failures = claimed.checks === null ? undefined : (JSON.parse(claimed.checks) as (CheckFailure | null)[])
  const definition = readDefinition(JSON.parse(claimed.definition))
  const plan = planJob(definition, deps.registry, failures ?? definition.steps.map(() => null))
  const missing = missingBlocks(plan)
  if (missing.length > 0) return { missing }
  const { tenant, id, createdAt, nonce, fence } = claimed
  const startedAt = claimed.startedAt ?? createdAt
  const suspect = claimed.takeovers >= SUSPECT_TAKEOVERS
  const resume = await readResume(claimed, deps)
  return {
    active: createActiveRun({ tenant, id, plan, createdAt, startedAt, nonce, fence, suspect, resume }, deps.around),
  }
}

async function readResume(claimed: ClaimedJob, { database, maxTakeovers }: ResumeDeps): Promise<Resume> {
  const { tenant, id, recorded, takeovers } = claimed
  const [steps, variables] =
    recorded === 0
      ? [[], null]
      : await Promise.all([readSteps(database, tenant, id), readLastVariables(database, tenant, id)])
  return {
    outcomes: steps.map(outcomeOfStored),
    variables,
    cancelled: cancelOf(claimed),
    givenUp: takeovers >= maxTakeovers,
  }
}

/** After a takeover the first step without a record counts as the one that was being called. */
function cancelOf({ cancelled, startedAt, takeovers }: ClaimedJob): Resume['cancelled'] {
  if (!cancelled) return null
  if (startedAt === null) return 'whole'
  return takeovers > 0 ? 'step-in-hand' : 'between'
}
