import { countCharacters } from '../values/characters.ts'
import { getOwn, isObject } from '../values/json.ts'

/** The part of JSON Schema that blocks' parameters and return values use; what else stands there is not judged. */
export type Schema = {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema | readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** What a value is in the words of JSON Schema; an integer is a number too. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

/** The types that a schema takes; null: any. */
export function typesOf({ type, anyOf, const: constant, enum: choices, ...rest }: Schema): ReadonlySet<string> | null {
  if (typeof type === 'string') return new Set([type])
  if (Array.isArray(type)) return new Set(type)
  if (choices !== undefined) return new Set(choices.map(jsonTypeOf))
  if (constant !== undefined) return new Set([jsonTypeOf(constant)])
  if (anyOf === undefined || Object.keys(rest).some((key) => key.startsWith('$'))) return null
  const types = new Set<string>()
  for (const one of anyOf) {
    const some = typesOf(one)
    if (some === null) return null
    for (const each of some) types.add(each)
  }
  return types
}

/** A schema in words: `string`, `integer ≥ 1`, `one of "a", "b"`. */
export function schemaWords(schema: Schema): string {
  const choices =
    schema.enum ?? (schema.anyOf?.every((one) => 'const' in one) ? schema.anyOf.map((one) => one.const) : undefined)
  if (choices !== undefined) return `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.anyOf !== undefined) return schema.anyOf.map(schemaWords).join(' or ')
  const types = typesOf(schema)
  const words = types === null ? 'anything' : [...types].join(' or ')
  const { minLength, maxLength, minItems, maxItems } = schema
  const lengths = [lengthWords('character', minLength, maxLength), lengthWords('item', minItems, maxItems)]
  return [`${words}${boundWords(schema)}`, ...lengths.filter(Boolean)].join(' of ')
}

/** `1 to 1000 characters`, `at least 1 item`; empty where any number will do. */
function lengthWords(unit: string, least = 0, most?: number): string {
  if (most === undefined) return least === 0 ? '' : `at least ${counted(least, unit)}`
  if (least === most) return counted(most, unit)
  return least === 0 ? `at most ${counted(most, unit)}` : `${least} to ${counted(most, unit)}`
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** What of a value is judged by bounds, in words: `0`, `an empty string`, `an array of 12 items`. */
export function measureOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string')
    return value === '' ? 'an empty string' : `a string of ${counted(countCharacters(value), 'character')}`
  if (!Array.isArray(value)) return null
  return value.length === 0 ? 'an empty array' : `an array of ${counted(value.length, 'item')}`
}

function boundWords({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const bounds = [
    minimum === undefined ? '' : ` ≥ ${minimum}`,
    exclusiveMinimum === undefined ? '' : ` > ${exclusiveMinimum}`,
    maximum === undefined ? '' : ` ≤ ${maximum}`,
    exclusiveMaximum === undefined ? '' : ` < ${exclusiveMaximum}`,
  ]
  return bounds.filter(Boolean).join(' and')
}

/** The schema of what stands at a path in a value of another; null: not known; `nowhere`: for certain nothing does. */
export function schemaAt(schema: Schema, path: readonly string[]): Schema | null | 'nowhere' {
  let at: Schema = schema
  for (const part of path) {
    const next = schemaBelow(at, part)
    if (next === null || next === 'nowhere') return next
    at = next
  }
  return at
}

const INDEX = /^-?\d+$/

function schemaBelow(schema: Schema, part: string): Schema | null | 'nowhere' {
  if (schema.anyOf !== undefined) {
    const found = schema.anyOf.map((one) => schemaBelow(one, part))
    return found.every((one) => one === 'nowhere') ? 'nowhere' : null
  }
  const types = typesOf(schema)
  if (types === null) return null
  if (types.size > 1) return null
  const [type] = types
  if (type === 'object') return propertyOf(schema, part)
  if (type === 'array') {
    if (part.includes(':')) return null
    if (!INDEX.test(part)) return 'nowhere'
    return isObject(schema.items) ? schema.items : null
  }
  if (type === 'string') return INDEX.test(part) || part.includes(':') ? null : 'nowhere'
  return 'nowhere'
}

/** An object whose properties are listed counts as closed, unless it says that it is not. */
function propertyOf(
  { properties, patternProperties, additionalProperties }: Schema,
  name: string,
): Schema | null | 'nowhere' {
  const property = properties === undefined ? undefined : getOwn(properties, name)
  if (property !== undefined) return property
  if (properties === undefined || patternProperties !== undefined) return null
  if (additionalProperties !== undefined && additionalProperties !== false) return null
  return Object.keys(properties).length === 0 ? null : 'nowhere'
}
