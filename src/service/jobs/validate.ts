import { secretsIn } from '../../engine/secrets/uses.ts'
import { problem } from '../../engine/validate/problem.ts'
import { isObject } from '../../engine/values/json.ts'
import { parseJob } from '../../wire/parseDefinition.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Validation, validateDefinition } from '../../wire/validateDefinition.ts'
import { type Caller, requireScope, requireTags } from '../caller.ts'
import { instantiate, namesDefinition, writtenOut } from '../definitions/instantiate.ts'
import type { ServiceDeps } from '../deps.ts'

/**
 * Tells all that is wrong with a definition, and stores nothing; a job by the name of its definition is looked at as
 * what it would become. Throws `forbidden` for tags that the caller does not hold, and `invalid-definition` for what is
 * no JSON object.
 */
export async function validateJob(deps: JudgeDeps, caller: Caller, posted: unknown): Promise<Validation> {
  requireScope(caller, 'jobs:write', 'definitions:write')
  return judgePosted(deps, caller, posted)
}

type JudgeDeps = Pick<ServiceDeps, 'versions' | 'registry' | 'rules' | 'shelf'>

/** The same, for a caller whose scope another noun has asked for. */
export async function judgePosted(
  { versions, registry, rules, shelf }: JudgeDeps,
  caller: Caller,
  posted: unknown,
): Promise<Validation> {
  if (!isObject(posted)) parseJob(posted, rules)
  try {
    const instance = namesDefinition(posted) ? await instantiate({ versions }, caller.tenant, posted) : null
    const written = instance === null ? posted : writtenOut(instance)
    requireTags(caller, tagsOf(written))
    const names = secretsIn(written)
    const secrets = names.length === 0 ? null : await shelf.known(caller.tenant, names)
    return validateDefinition(written, registry, rules, { secrets, inputs: instance?.version.named.inputs ?? null })
  } catch (error) {
    if (!(error instanceof ProblemError) || error.slug !== 'invalid-definition') throw error
    const problems = error.errors.map(({ pointer, detail }) => problem('invalid', pointer, detail))
    return { valid: false, problems, steps: [] }
  }
}

function tagsOf(posted: unknown): string[] {
  const tags = isObject(posted) ? posted['tags'] : undefined
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}
