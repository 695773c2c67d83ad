import type { Definition, StepDefinition } from '../definition.ts'
import type { RegisteredBlock } from '../registeredBlock.ts'
import { isObject } from '../values/json.ts'
import { pointerPart } from '../values/pointer.ts'
import type { KnownSecrets } from './given.ts'
import { ROOT, type SecretTag, secretTags } from './tags.ts'

/** What secrets a text may name where it stands: none, any, or those of a URL. */
export type SecretAllowance = 'nowhere' | 'anywhere' | 'url'

/** What the tags of secrets are held against. `known` null: nobody looked which there are. */
export type SecretRules = { readonly known: KnownSecrets | null; readonly tags: ReadonlySet<string> }

/** A secret that may not be named where it is. */
export type SecretMistake = { readonly pointer: string; readonly detail: string }

/** How a parameter of a block may use secrets. */
export function allowanceOf(block: RegisteredBlock | undefined, name: string): SecretAllowance {
  if (block === undefined) return 'nowhere'
  if (block.secretUrls.includes(name)) return 'url'
  return block.secretParameters.includes(name) ? 'anywhere' : 'nowhere'
}

/** What is wrong with the secrets that a value names, at any depth, each at its innermost text. */
export function secretMistakes(
  value: unknown,
  pointer: string,
  use: SecretAllowance,
  rules: SecretRules,
): SecretMistake[] {
  if (typeof value === 'string') return mistakesInText(value, pointer, use, rules)
  if (Array.isArray(value))
    return value.flatMap((item, i) => secretMistakes(item, pointer + pointerPart(i), use, rules))
  if (!isObject(value)) return []
  return Object.keys(value).flatMap((key) => {
    const below = pointer + pointerPart(key)
    return [...mistakesInText(key, below, 'nowhere', rules), ...secretMistakes(value[key], below, use, rules)]
  })
}

/** The same for one text. */
export function mistakesInText(
  text: string,
  pointer: string,
  use: SecretAllowance,
  rules: SecretRules,
): SecretMistake[] {
  return secretTags(text).flatMap((tag) => {
    const detail = mistakeOf(tag, use, rules)
    return detail === null ? [] : [{ pointer, detail }]
  })
}

function mistakeOf({ name, before }: SecretTag, use: SecretAllowance, { known, tags }: SecretRules): string | null {
  if (name === null) return 'the name of a secret is written as it is, not made by a tag'
  if (use === 'nowhere') {
    return `the secret ${name} may not stand here: only in parameters that a block declares for secrets`
  }
  if (known === null) return null
  const secret = known.get(name)
  if (secret === undefined) return `there is no secret ${name}`
  const missing = secret.tags.find((tag) => !tags.has(tag))
  if (missing !== undefined) return `the secret ${name} needs the tag ${missing}, which the job lacks`
  if (use === 'anywhere' || secret.hasHosts || before.includes('?')) return null
  return `the secret ${name} may stand in the query of a URL only, since it has no hosts that it is bound to`
}

/** What is wrong with the secrets that a step names, but for the steps below it. */
export function mistakesInStep(
  step: StepDefinition,
  block: RegisteredBlock | undefined,
  rules: SecretRules,
): SecretMistake[] {
  const inParameters = Object.keys(step.parameters).flatMap((name) => [
    ...mistakesInText(name, '', 'nowhere', rules),
    ...(name === block?.asWritten ? [] : secretMistakes(step.parameters[name], '', allowanceOf(block, name), rules)),
  ])
  return [...inParameters, ...besideParameters(step).flatMap((value) => secretMistakes(value, '', 'nowhere', rules))]
}

/** What of a step may hold tags, beside its parameters and the steps below it. */
function besideParameters({ condition, more }: StepDefinition): unknown[] {
  if (more === null) return [condition]
  const { until, output, branches, catches } = more
  const below = [...(branches ?? []), ...catches].flatMap((one) => [one.condition, one.output])
  return [condition, until, output, ...below]
}

/** The secrets that a value names, at any depth and in keys. */
export function secretsIn(value: unknown): string[] {
  return [...new Set(namesIn(value))]
}

/** Whether a definition may name secrets, by its JSON text: each letter of a tag may be written as an escape there. */
export function mayNameSecrets(text: string): boolean {
  return text.includes(`${ROOT}.`) || text.includes('\\u')
}

/** The secrets that a definition names anywhere; hardly one names any. */
export function secretsNamed({ steps, onFailure }: Definition): Set<string> {
  const names = new Set<string>()
  const visit = (sequence: readonly StepDefinition[]): void => {
    for (const step of sequence) {
      const { more } = step
      for (const value of [step.parameters, ...besideParameters(step)])
        for (const name of namesIn(value)) names.add(name)
      if (more === null) continue
      const { branches, catches } = more
      for (const below of [more.steps ?? [], more.undo ?? []]) visit(below)
      for (const one of [...(branches ?? []), ...catches]) visit(one.steps)
    }
  }
  visit(steps)
  if (onFailure !== null) visit(onFailure)
  return names
}

/** A name that is made by a tag is `''`, which none has. */
function* namesIn(value: unknown): Generator<string> {
  if (typeof value === 'string') for (const { name } of secretTags(value)) yield name ?? ''
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value)) yield* namesIn(key)
    yield* namesIn(Reflect.get(value, key))
  }
}
