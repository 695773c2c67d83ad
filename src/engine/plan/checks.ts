import type { Definition, StepDefinition } from '../definition.ts'
import type { ErrorValue } from '../errors.ts'
import { actionOf, type RegisteredBlock, type Registry } from './registry.ts'
import type { FinalStatus } from '../status.ts'
import { matchesWildcard } from '../values/wildcard.ts'

/** Why a step can't run, as far as that can be told before the job runs. */
export type CheckFailure = { readonly status: FinalStatus; readonly error: ErrorValue }

/** What one job has used so far, while its steps are looked at in order. */
type Usage = {
  readonly ids: Set<string>
  readonly uses: Map<string, number>
  readonly limits: Map<string, number | null>
  readonly tags: ReadonlySet<string>
}

type Check = (
  step: StepDefinition,
  block: RegisteredBlock | undefined,
  usage: Usage,
  job: Definition,
) => CheckFailure | null

/** In this order; the first that holds gives a step its status (SEMANTICS.md, "The run", 1). */
const CHECKS: readonly Check[] = [blockNotFound, duplicateId, forbiddenBlock, blockLimit, stepLimit]

/** For each step of a job what makes it fail without being run, or null. */
export function checkSteps(job: Definition, registry: Registry): (CheckFailure | null)[] {
  const usage: Usage = {
    ids: new Set(),
    uses: new Map(),
    limits: new Map(),
    tags: new Set(job.tags),
  }
  return job.steps.map((step) => {
    const block = registry.blocks.get(step.action)
    usage.uses.set(step.action, (usage.uses.get(step.action) ?? 0) + 1)
    const failure = firstFailure(step, block, usage, job)
    usage.ids.add(step.id)
    return failure
  })
}

function firstFailure(
  step: StepDefinition,
  block: RegisteredBlock | undefined,
  usage: Usage,
  job: Definition,
): CheckFailure | null {
  for (const check of CHECKS) {
    const failure = check(step, block, usage, job)
    if (failure !== null) return failure
  }
  return null
}

function failure(status: FinalStatus, type: string, message: string): CheckFailure {
  return { status, error: { type, message } }
}

function blockNotFound({ action }: StepDefinition, block: RegisteredBlock | undefined): CheckFailure | null {
  return block ? null : failure('BLOCK_NOT_FOUND', 'BlockNotFound', `there is no block named ${action}`)
}

function duplicateId({ id }: StepDefinition, _block: RegisteredBlock | undefined, { ids }: Usage): CheckFailure | null {
  return ids.has(id) ? failure('DUPLICATE_STEP_IDS', 'DuplicateStepId', `an earlier step has the id ${id} too`) : null
}

function forbiddenBlock(
  { action }: StepDefinition,
  block: RegisteredBlock | undefined,
  { tags }: Usage,
): CheckFailure | null {
  const missing = block?.tags.find((tag) => !tags.has(tag))
  if (missing === undefined) return null
  return failure('FORBIDDEN_BLOCK', 'ForbiddenBlock', `${action} needs the tag ${missing}, which the job lacks`)
}

function blockLimit(
  { action }: StepDefinition,
  block: RegisteredBlock | undefined,
  { uses, limits }: Usage,
  job: Definition,
): CheckFailure | null {
  let limit = limits.get(action)
  if (limit === undefined) {
    limit = limitOf(action, block, job)
    limits.set(action, limit)
  }
  if (limit === null || (uses.get(action) ?? 0) <= limit) return null
  return failure('BLOCK_LIMIT_EXCEED', 'BlockLimitExceeded', `one job may use ${action} ${limit} times`)
}

/** How often the job may use a block: the first override that matches, or else the block's own limit. */
function limitOf(action: string, block: RegisteredBlock | undefined, job: Definition): number | null {
  for (const [pattern, limit] of Object.entries(job.blockLimitOverrides)) {
    if (matchesWildcard(actionOf(pattern), action)) return limit
  }
  return block?.maxUses ?? null
}

function stepLimit(
  { position }: StepDefinition,
  _block: RegisteredBlock | undefined,
  _usage: Usage,
  { stepLimit: limit }: Definition,
): CheckFailure | null {
  if (limit === null || position <= limit) return null
  return failure('STEP_LIMIT_EXCEED', 'StepLimitExceeded', `the job may have ${limit} steps`)
}
