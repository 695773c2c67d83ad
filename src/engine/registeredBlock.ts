import { type TObject, type TSchema, Type } from 'typebox'
import type { Block } from './block.ts'
import type { RetryRule } from './definition.ts'
import { readRetry } from './retryRules.ts'
import { validatorOf } from './schemas/validator.ts'
import { copyJson, isObject, type Json } from './values/json.ts'

/** Names of blocks: a category and a name, in upper case on the wire. */
const ACTION = /^[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*)?$/

/** An action parted at its first dot; without one the category is null. */
export type BlockName = { readonly category: string | null; readonly name: string }

/** A block, ready to be called: everything optional is decided, its schema is closed and compiled. */
export type RegisteredBlock = {
  readonly action: string
  readonly blockName: BlockName
  readonly title: string
  readonly description: string
  readonly keywords: readonly string[]
  readonly tags: readonly string[]
  readonly maxUses: number | null
  /** A parameter that is taken as it is written, its tags not resolved; null: none. */
  readonly asWritten: string | null
  readonly secretParameters: readonly string[]
  readonly secretUrls: readonly string[]
  readonly effects: boolean
  readonly mutates: boolean
  /** What is tried again where a step says nothing; null: nothing is. */
  readonly retry: readonly RetryRule[] | null
  readonly examples: NonNullable<Block['examples']>
  /** JSON Schema as the catalogue shows it and as calls are checked: closed, and what has a default is optional. */
  readonly parameters: TSchema
  readonly returns: TSchema
  readonly defaults: ReadonlyMap<string, Json>
  readonly run: Block['run']
  /** How long a block that only waits does so; null: it does more. */
  readonly pause: Block['pause'] | null
  /** What does not fit, as a sentence, or null. */
  check(parameters: unknown): string | null
}

/** The blocks that definitions may name, and the engine's own actions beside them. */
export type Registry = {
  readonly blocks: ReadonlyMap<string, RegisteredBlock>
  /** The blocks whose action fits a pattern with `*` and `?`, in order of their names. */
  match(pattern: string): RegisteredBlock[]
}

/**
 * An action in the case of its block's name. Only ASCII letters count: a look-alike such as `ı` or `ſ` must not become
 * the letter that it resembles.
 */
export function actionOf(text: string): string {
  return /[a-z]/.test(text) ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : text
}

/** Parts an action at its first dot. */
export function blockName(action: string): BlockName {
  const dot = action.indexOf('.')
  return dot < 0 ? { category: null, name: action } : { category: action.slice(0, dot), name: action.slice(dot + 1) }
}

/** Blocks can't be registered as they are: two of one name, a name that is none. Ends the start. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
}

/** Decides what a block leaves open. Throws a `RegistryError` for a name that is none. */
export function registerBlock(block: Block): RegisteredBlock {
  const { action } = block
  if (!ACTION.test(action)) {
    throw new RegistryError(`${JSON.stringify(action)} is no block name; write CATEGORY.NAME or NAME in A-Z, 0-9 and _`)
  }
  // Modules are run as they are, whatever their types say.
  const { description, parameters: given, run, returns = Type.Unknown() } = block as Partial<Block>
  if (typeof description !== 'string') throw new RegistryError(`${action} has no description, a text`)
  if (given?.properties === undefined) throw new RegistryError(`${action} has no parameters: Type.Object({ … })`)
  if (typeof run !== 'function') throw new RegistryError(`${action} has no run, a function`)
  const defaults = defaultsOf(block.parameters)
  const parameters = closed(block.parameters, defaults)
  return {
    action,
    blockName: blockName(action),
    title: block.title ?? titleOf(blockName(action).name),
    description: block.description,
    keywords: block.keywords ?? [],
    tags: block.tags ?? [],
    maxUses: block.maxUses ?? null,
    asWritten: null,
    secretParameters: block.secretParameters ?? [],
    secretUrls: block.secretUrls ?? [],
    effects: block.effects ?? true,
    mutates: block.mutates ?? true,
    retry: block.retry === undefined ? null : readRetry(block.retry),
    examples: block.examples ?? [],
    parameters,
    returns,
    defaults,
    run: block.run,
    pause: block.pause ?? null,
    check: checkOf(parameters),
  }
}

function defaultsOf(schema: TObject): Map<string, Json> {
  const defaults = new Map<string, Json>()
  for (const [name, property] of Object.entries(schema.properties)) {
    if ('default' in property) defaults.set(name, copyJson(property.default))
  }
  return defaults
}

function closed(schema: TObject, defaults: ReadonlyMap<string, Json>): TSchema {
  const required = (schema.required ?? []).filter((name) => !defaults.has(name))
  return {
    additionalProperties: false,
    ...schema,
    ...(required.length > 0 ? { required } : { required: undefined }),
  }
}

function titleOf(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function checkOf(schema: TSchema): (parameters: unknown) => string | null {
  const validator = validatorOf(schema)
  return (parameters) => (validator.Check(parameters) ? null : explain(parameters, validator.Errors(parameters)))
}

type ValidationError = { keyword: string; instancePath: string; message: string; params: object }

/** The first thing that does not fit, with the parameter's name in front. */
function explain(parameters: unknown, errors: readonly ValidationError[]): string {
  const error = errors.find(({ keyword }) => keyword === 'required' || keyword === 'additionalProperties') ?? errors[0]
  if (error === undefined) return 'the parameters do not fit the schema of the block'
  const where = error.instancePath.slice(1).replaceAll('/', '.')
  const missing: unknown = Reflect.get(error.params, 'requiredProperties')
  if (Array.isArray(missing)) {
    const names = missing.map((name) => (where === '' ? String(name) : `${where}.${name}`)).join(', ')
    return missing.length === 1 ? `the parameter ${names} is missing` : `the parameters ${names} are missing`
  }
  const unknown: unknown = Reflect.get(error.params, 'additionalProperties')
  if (Array.isArray(unknown)) return `there is no parameter ${unknown.slice(0, 5).join(', ').slice(0, 200)}`
  const demand = demandOf(errors.filter(({ instancePath }) => instancePath === error.instancePath))
  const known = isObject(parameters) ? '' : 'the parameters '
  return where === '' ? `${known}${demand}` : `the parameter ${where} ${demand}`
}

/** What one place should be: all that a union takes, not only its first part. */
function demandOf(errors: readonly ValidationError[]): string {
  const constants = errors.filter(({ keyword }) => keyword === 'const')
  if (constants.length > 0) {
    return `must be one of ${constants.map(({ params }) => JSON.stringify(Reflect.get(params, 'allowedValue'))).join(', ')}`
  }
  const types = errors
    .filter(({ keyword }) => keyword === 'type')
    .map(({ message }) => message.replace(/^must be /, ''))
  return types.length > 0 ? `must be ${types.join(' or ')}` : (errors[0]?.message ?? 'does not fit')
}
