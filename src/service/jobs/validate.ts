import { checkSteps } from '../../engine/plan/checks.ts'
import { STATUS_VALUES, type StatusName } from '../../engine/status.ts'
import type { StatusWire } from '../../wire/job.ts'
import { parseJob } from '../../wire/parseDefinition.ts'
import { type Caller, requireScope, requireTags } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** What each step of a definition would start with. */
export type Validation = {
  readonly valid: boolean
  readonly steps: readonly {
    readonly id: string
    readonly position: number
    readonly status: StatusWire
    readonly detail: string | null
  }[]
}

/**
 * Makes the checks that need no run: what would fail for certain is told, and nothing is stored. Throws
 * `invalid-definition` for what could not be posted, and `forbidden` for tags that the caller does not hold.
 */
export function validateJob(
  { registry, rules }: Pick<ServiceDeps, 'registry' | 'rules'>,
  caller: Caller,
  posted: unknown,
): Validation {
  requireScope(caller, 'jobs:write')
  const { definition } = parseJob(posted, rules)
  requireTags(caller, definition.tags)
  const failures = checkSteps(definition, registry)
  const steps = definition.steps.map(({ id, position }, index) => {
    const failure = failures[index] ?? null
    const name: StatusName = failure?.status ?? 'NONE'
    return { id, position, status: { name, value: STATUS_VALUES[name] }, detail: failure?.error.message ?? null }
  })
  return { valid: failures.every((failure) => failure === null), steps }
}
