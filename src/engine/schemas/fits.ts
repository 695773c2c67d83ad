import { parseTemplate } from '../tags/tags.ts'
import { getOwn, isObject } from '../values/json.ts'
import { pointerPart } from '../values/pointer.ts'
import { jsonTypeOf, measureOf, type Schema, schemaWords, typesOf } from './blockSchema.ts'

/** A validation error: what stands at a pointer in a value, and can't be what a schema wants there. */
export type SchemaError = {
  readonly pointer: string
  readonly expected: string
  /** Its type. */
  readonly actual: string
  /** Where the type is right: what is not, in words. */
  readonly measure?: string | null
}

/**
 * What of a value can't fit a schema for certain. What is not known fits.
 *
 * @param mayHaveTags whether tags in its texts are still to be resolved
 */
export function schemaErrors(value: unknown, schema: Schema, pointer: string, mayHaveTags = true): SchemaError[] {
  if (mayHaveTags && typeof value === 'string' && hasTags(value)) return textErrors(value, schema, pointer)
  if (schema.anyOf !== undefined) return unionErrors(value, schema, schema.anyOf, pointer, mayHaveTags)
  const whole = [{ pointer, expected: schemaWords(schema), actual: jsonTypeOf(value) }]
  if (!typeFits(value, schema) || !choiceFits(value, schema)) return whole
  if (!boundsFit(value, schema)) return whole.map((error) => ({ ...error, measure: measureOf(value) }))
  if (Array.isArray(value)) return itemErrors(value, schema, pointer, mayHaveTags)
  return isObject(value) ? propertyErrors(value, schema, pointer, mayHaveTags) : []
}

/** Whether a text holds a tag, so that what it gives is known only when it is resolved. */
export function hasTags(text: string): boolean {
  return parseTemplate(text) !== null
}

/** A text that is one tag can give anything; one with more in it gives a text. */
function textErrors(text: string, schema: Schema, pointer: string): SchemaError[] {
  if (parseTemplate(text)?.whole !== null) return []
  const types = typesOf(schema)
  if (types === null || types.has('string')) return []
  return [{ pointer, expected: schemaWords(schema), actual: 'string' }]
}

function unionErrors(
  value: unknown,
  schema: Schema,
  anyOf: readonly Schema[],
  pointer: string,
  mayHaveTags: boolean,
): SchemaError[] {
  const found = anyOf.map((one) => schemaErrors(value, one, pointer, mayHaveTags))
  if (found.some((one) => one.length === 0)) return []
  // Where one of them takes this kind of value, what is wrong stands deeper in it.
  const near = found.filter((one) => one.every((error) => error.pointer !== pointer))
  const [only, ...others] = near
  if (only !== undefined && others.length === 0) return only
  return [{ pointer, expected: schemaWords(schema), actual: jsonTypeOf(value) }]
}

function typeFits(value: unknown, schema: Schema): boolean {
  const types = schema.type === undefined ? null : typesOf(schema)
  if (types === null) return true
  const type = jsonTypeOf(value)
  return types.has(type) || (type === 'integer' && types.has('number'))
}

function choiceFits(value: unknown, schema: Schema): boolean {
  if (typeof value === 'object' && value !== null) return true
  if ('const' in schema && schema.const !== value && !isComposite(schema.const)) return false
  return schema.enum === undefined || schema.enum.some((choice) => choice === value || isComposite(choice))
}

function isComposite(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function boundsFit(value: unknown, schema: Schema): boolean {
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return false
    if (schema.maximum !== undefined && value > schema.maximum) return false
    if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) return false
    return schema.exclusiveMaximum === undefined || value < schema.exclusiveMaximum
  }
  if (typeof value === 'string') return schema.minLength === undefined || value.length >= schema.minLength
  if (!Array.isArray(value)) return true
  if (schema.minItems !== undefined && value.length < schema.minItems) return false
  return schema.maxItems === undefined || value.length <= schema.maxItems
}

function itemErrors(list: readonly unknown[], { items }: Schema, pointer: string, mayHaveTags: boolean): SchemaError[] {
  if (items === undefined) return []
  return list.flatMap((item, i) => {
    const schema = Array.isArray(items) ? items[i] : items
    return schema === undefined ? [] : schemaErrors(item, schema, pointer + pointerPart(i), mayHaveTags)
  })
}

function propertyErrors(
  object: Record<string, unknown>,
  schema: Schema,
  pointer: string,
  mayHaveTags: boolean,
): SchemaError[] {
  const keys = Object.keys(object)
  const missing =
    mayHaveTags && keys.some(hasTags) ? [] : (schema.required ?? []).filter((name) => !keys.includes(name))
  return [
    ...missing.map((name) => ({
      pointer: pointer + pointerPart(name),
      expected: schemaWords(schema.properties?.[name] ?? {}),
      actual: 'nothing',
    })),
    ...keys.flatMap((key) => {
      const below = pointer + pointerPart(key)
      const known = schema.properties === undefined ? undefined : getOwn(schema.properties, key)
      if (known !== undefined) return schemaErrors(object[key], known, below, mayHaveTags)
      if ((mayHaveTags && hasTags(key)) || schema.patternProperties !== undefined) return []
      if (isObject(schema.additionalProperties))
        return schemaErrors(object[key], schema.additionalProperties, below, mayHaveTags)
      if (schema.additionalProperties !== false) return []
      return [{ pointer: below, expected: 'no such key', actual: jsonTypeOf(object[key]) }]
    }),
  ]
}

/** Whether no value of one schema can be one of another. */
export function excludes(given: Schema, wanted: Schema): boolean {
  const [from, to] = [typesOf(given), typesOf(wanted)]
  if (from === null || to === null || from.size === 0) return false
  return [...from].every(
    (type) => !to.has(type) && !(type === 'integer' && to.has('number')) && !(type === 'number' && to.has('integer')),
  )
}
