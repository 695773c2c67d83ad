import { problem } from '../../engine/validate/problem.ts'
import { MAX_PROBLEMS } from '../../engine/validate/validate.ts'
import { isParsedObject } from '../../engine/values/json.ts'
import { type NamedContent, readNamedContent } from '../../wire/namedDefinition.ts'
import { ProblemError } from '../../wire/problem.ts'
import { secretsIn } from '../../engine/secrets/uses.ts'
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
  return (await judgeNamed(deps, caller.tenant, name, content)).validation
}

/**
 * Parts what is to be put under a name, and tells all that is wrong with it; secrets are those that its tenant has now.
 * Throws for what can't be a name, and for what is no object.
 */
export async function judgeNamed(
  { registry, rules, shelf }: Pick<ServiceDeps, 'registry' | 'rules' | 'shelf'>,
  tenant: string,
  name: string,
  content: unknown,
): Promise<{ readonly named: NamedContent; readonly validation: Validation }> {
  checkDefinitionName(name)
  if (!isParsedObject(content)) {
    const errors = [{ pointer: '', detail: 'must be an object' }]
    throw new ProblemError('invalid-definition', 'the body must be an object', { errors })
  }
  const { named, errors } = readNamedContent(name, content)
  const names = secretsIn(named.job)
  const secrets = names.length === 0 ? null : await shelf.known(tenant, names)
  const found = validateDefinition(named.job, registry, rules, { secrets, inputs: named.inputs })
  if (errors.length === 0) return { named, validation: found }
  const own = errors.map(({ pointer, detail }) => problem('invalid', pointer, detail))
  const problems = inDocumentOrder(content, [...own, ...found.problems]).slice(0, MAX_PROBLEMS)
  return { named, validation: { valid: false, problems, steps: [] } }
}
