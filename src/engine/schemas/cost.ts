import { getOwn, isObject, type Json, type JsonObject } from '../values/json.ts'
import { referenced } from './expand.ts'

/** A value is looked at so often at most; each look takes about a microsecond. */
const MAX_LOOKS = 40_000

const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'] as const

/**
 * Whether to hold a value against a schema is within a bound: a schema of one page and a value of one megabyte, each
 * harmless, can take minutes together. Looks where the validator would look, and counts.
 */
export function isWithinBound(root: JsonObject, value: Json): boolean {
  try {
    new Looks(root).at(root, value)
    return true
  } catch (error) {
    if (error === TOO_MANY) return false
    throw error
  }
}

const TOO_MANY = new RangeError('too many looks')

class Looks {
  readonly #root: JsonObject
  #left = MAX_LOOKS

  constructor(root: JsonObject) {
    this.#root = root
  }

  at(schema: Json | undefined, value: Json): void {
    this.#spend(1)
    if (!isObject(schema)) return
    const object = schema
    const target = referenced(this.#root, object)
    if (target !== undefined) this.at(target, value)
    for (const keyword of SAME_VALUE) this.#each(getOwn(object, keyword), value)
    const list = getOwn(object, 'enum')
    if (Array.isArray(list)) this.#spend(list.length)
    if (Array.isArray(value)) this.#list(object, value)
    else if (isObject(value)) this.#object(object, value)
  }

  #each(schemas: Json | undefined, value: Json): void {
    if (Array.isArray(schemas)) for (const schema of schemas) this.at(schema, value)
    else if (schemas !== undefined) this.at(schemas, value)
  }

  /** All pairs of items are compared where they must differ. */
  #list(schema: JsonObject, list: Json[]): void {
    if (getOwn(schema, 'uniqueItems') === true) this.#spend((list.length * list.length) / 2 + sizeOf(list))
    const first = getOwn(schema, 'prefixItems')
    const prefix = Array.isArray(first) ? first : []
    for (const keyword of ['items', 'contains', 'unevaluatedItems'] as const) {
      const items = getOwn(schema, keyword)
      if (items !== undefined) for (const item of list) this.at(items, item)
    }
    prefix.forEach((item, i) => {
      if (i < list.length) this.at(item, list[i] ?? null)
    })
  }

  #object(schema: JsonObject, object: JsonObject): void {
    const properties = getOwn(schema, 'properties')
    for (const [name, value] of Object.entries(object)) {
      if (isObject(properties)) this.#each(getOwn(properties, name), value)
      this.#each(getOwn(schema, 'additionalProperties'), value)
      this.#each(getOwn(schema, 'unevaluatedProperties'), value)
      this.#each(getOwn(schema, 'propertyNames'), name)
    }
    const dependent = getOwn(schema, 'dependentSchemas')
    if (isObject(dependent)) for (const each of Object.values(dependent)) this.at(each, object)
  }

  #spend(looks: number): void {
    this.#left -= looks
    if (this.#left < 0) throw TOO_MANY
  }
}

function sizeOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1)
}
