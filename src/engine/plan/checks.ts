import type { Definition, StepDefinition, StepMore } from '../definition.ts'
import type { ErrorValue } from '../errors.ts'
import { actionOf, type RegisteredBlock, type Registry } from '../registeredBlock.ts'
import type { KnownSecrets } from '../secrets/given.ts'
import { mistakesInStep } from '../secrets/uses.ts'
import type { FinalStatus } from '../status.ts'
import { matchesWildcard } from '../values/wildcard.ts'

/** Why a step can't run, as far as that can be told before the job runs. */
export type CheckFailure = { readonly status: FinalStatus; readonly error: ErrorValue }

/** What one job has used so far, while its steps are looked at in order. */
type Usage = {
  /** Those of the sequence that is looked at. */
  ids: Set<string>
  /** How many steps were looked at. */
  count: number
  readonly uses: Map<string, number>
  readonly limits: Map<string, number | null>
  readonly tags: ReadonlySet<string>
  /** Null: the job names none. */
  readonly secrets: KnownSecrets | null
}

type Check = (
  step: StepDefinition,
  block: RegisteredBlock | undefined,
  usage: Usage,
  job: Definition,
) => CheckFailure | null

/** In this order; the first that holds gives a step its status. */
const CHECKS: readonly Check[] = [blockNotFound, duplicateId, forbiddenBlock, blockLimit, stepLimit, forbiddenSecret]

/**
 * For each step of a job, in document order, what makes it fail without being run, or null. A step comes before what is
 * in its `steps` or `branches`, then its `catch`, then its `undo`; the handler of a failed job is last.
 *
 * @param secrets those of the secrets it names that are there; null: it names none
 */
export function checkSteps(
  job: Definition,
  registry: Registry,
  secrets: KnownSecrets | null = null,
): (CheckFailure | null)[] {
  const tags = new Set(job.tags)
  const usage: Usage = { ids: new Set(), uses: new Map(), limits: new Map(), tags, secrets, count: 0 }
  const failures: (CheckFailure | null)[] = []
  const checkSequence = (steps: readonly StepDefinition[]): void => {
    usage.ids = new Set()
    const { ids } = usage
    for (const step of steps) {
      usage.ids = ids
      usage.count++
      const block = registry.blocks.get(step.action)
      usage.uses.set(step.action, (usage.uses.get(step.action) ?? 0) + 1)
      failures.push(firstFailure(step, block, usage, job))
      ids.add(step.id)
      if (step.more !== null) for (const below of sequencesOf(step.more)) checkSequence(below)
    }
  }
  checkSequence(job.steps)
  if (job.onFailure !== null) checkSequence(job.onFailure)
  return failures
}

/** The sequences that belong to a step, in document order. */
export function sequencesOf({ steps, branches, catches, undo }: StepMore): (readonly StepDefinition[])[] {
  return [
    ...(steps === null ? [] : [steps]),
    ...(branches ?? []).map((branch) => branch.steps),
    ...catches.map((one) => one.steps),
    ...(undo === null ? [] : [undo]),
  ]
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

/** How often the job may use a block: the first override that matches, or else the block's own limit; null: no bound. */
export function limitOf(action: string, block: RegisteredBlock | undefined, job: Definition): number | null {
  for (const [pattern, limit] of Object.entries(job.blockLimitOverrides)) {
    if (matchesWildcard(actionOf(pattern), action)) return limit
  }
  return block?.maxUses ?? null
}

function forbiddenSecret(
  step: StepDefinition,
  block: RegisteredBlock | undefined,
  { secrets, tags }: Usage,
): CheckFailure | null {
  if (secrets === null) return null
  const [mistake] = mistakesInStep(step, block, { known: secrets, tags })
  return mistake === undefined ? null : failure('FORBIDDEN_SECRET', 'ForbiddenSecret', mistake.detail)
}

function stepLimit(
  _step: StepDefinition,
  _block: RegisteredBlock | undefined,
  { count }: Usage,
  { stepLimit: limit }: Definition,
): CheckFailure | null {
  if (limit === null || count <= limit) return null
  return failure('STEP_LIMIT_EXCEED', 'StepLimitExceeded', `the job may have ${limit} steps`)
}
