import { problem } from '../../engine/validate/problem.ts'
import { MAX_PROBLEMS } from '../../engine/validate/validate.ts'
import { isObject, type JsonObject } from '../../engine/values/json.ts'
import { type NamedContent, readNamedContent } from '../../wire/namedDefinition.ts'
import { ProblemError } from '../../wire/problem.ts'
import { secretsIn } from '../../engine/secrets/places.ts'
import { inDocumentOrder, type Validation, validateDefinition } from '../../wire/validateDefinition.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkDefinitionName } from './find.ts'

/** Tells all that is wrong with what is to be put under a name. Nothing is stored. */
export async function validateNamedDefinition(
  deps: Pick<ServiceDeps, 'registry' | 'rules' | 'shelf'>,
  caller: Caller,
  { name, content }: { readonly name: string; readonly content: unknown },
): Promise<Validation> {
  requireScope(caller, 'jobs:write', 'definitions:write')
  checkDefinitionName(name)
  if (!isObject(content)) {
    const errors = [{ pointer: '', detail: 'must be an object' }]
    throw new ProblemError('invalid-definition', 'the body must be an object', { errors })
  }
  const { named, errors } = readNamedContent(name, content as JsonObject)
  const found = await judgeNamed(deps, caller.tenant, named)
  if (errors.length === 0) return found
  const own = errors.map(({ pointer, detail }) => problem('invalid', pointer, detail))
  const problems = inDocumentOrder(content, [...own, ...found.problems]).slice(0, MAX_PROBLEMS)
  return { valid: false, problems, steps: [] }
}

/** All that is wrong with what jobs of a definition would post; secrets are those that its tenant has now. */
export async function judgeNamed(
  { registry, rules, shelf }: Pick<ServiceDeps, 'registry' | 'rules' | 'shelf'>,
  tenant: string,
  { job, inputs }: NamedContent,
): Promise<Validation> {
  const names = secretsIn(job)
  const secrets = names.length === 0 ? null : await shelf.known(tenant, names)
  return validateDefinition(job, registry, rules, { secrets, inputs })
}
