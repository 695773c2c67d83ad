import { getOwn, isObject, type Json, type JsonObject } from '../values/json.ts'
import { pointerPart } from '../values/pointer.ts'
import { referenced } from './expand.ts'

const MARK = 'x-secret'

/** Keywords whose schemas are held against the same value. What one of them marks is marked, whether it fits or not. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else'] as const

/**
 * Where in a value its schema says `"x-secret": true`: JSON pointers, none below another. The value was held against the
 * schema before, so that looking is within the same bound.
 */
export function secretPointers(root: JsonObject, value: Json): string[] {
  const marked = new MarkedPointers(root)
  if (marked.holdsMark) marked.at(root, value, '')
  const found = [...marked.found].sort()
  // A mark on the whole is one on each of its parts: the whole stays an object.
  const all = found.includes('') && isObject(value) ? Object.keys(value).map(pointerPart) : found
  return all.filter((pointer) => !all.some((other) => pointer !== other && pointer.startsWith(`${other}/`)))
}

class MarkedPointers {
  readonly found = new Set<string>()
  readonly #root: JsonObject
  /** Of each schema, whether it holds a mark, itself or below: most hold none, and are not walked. */
  readonly #marked = new Map<Json, boolean>()

  constructor(root: JsonObject) {
    this.#root = root
  }

  get holdsMark(): boolean {
    return this.#holds(this.#root)
  }

  at(schema: Json | undefined, value: Json, pointer: string): void {
    if (schema === undefined || !isObject(schema) || !this.#holds(schema)) return
    const object = schema
    if (getOwn(object, MARK) === true) this.found.add(pointer)
    this.at(referenced(this.#root, object), value, pointer)
    for (const keyword of SAME_VALUE) this.#each(getOwn(object, keyword), value, pointer)
    if (Array.isArray(value)) this.#list(object, value, pointer)
    else if (isObject(value)) this.#object(object, value, pointer)
  }

  #each(schemas: Json | undefined, value: Json, pointer: string): void {
    for (const schema of Array.isArray(schemas) ? schemas : [schemas]) this.at(schema, value, pointer)
  }

  #list(schema: JsonObject, list: readonly Json[], pointer: string): void {
    const first = getOwn(schema, 'prefixItems')
    const prefix = Array.isArray(first) ? first : []
    list.forEach((item, i) => {
      const at = pointer + pointerPart(i)
      this.at(i < prefix.length ? prefix[i] : getOwn(schema, 'items'), item, at)
      this.at(getOwn(schema, 'contains'), item, at)
      this.at(getOwn(schema, 'unevaluatedItems'), item, at)
    })
  }

  #object(schema: JsonObject, object: JsonObject, pointer: string): void {
    const given = getOwn(schema, 'properties')
    const properties = isObject(given) ? given : {}
    for (const [name, value] of Object.entries(object)) {
      const at = pointer + pointerPart(name)
      const own = getOwn(properties, name)
      this.at(own ?? getOwn(schema, 'additionalProperties'), value, at)
      this.at(getOwn(schema, 'unevaluatedProperties'), value, at)
    }
    const dependent = getOwn(schema, 'dependentSchemas')
    if (isObject(dependent)) this.#each(Object.values(dependent), object, pointer)
  }

  #holds(schema: Json): boolean {
    const known = this.#marked.get(schema)
    if (known !== undefined) return known
    if (typeof schema !== 'object' || schema === null) return false
    // No circle: `checkSchema` refuses them.
    const holds =
      (isObject(schema) && (getOwn(schema, MARK) === true || this.#holds(referenced(this.#root, schema) ?? null))) ||
      Object.entries(schema).some(([keyword, part]) => keyword !== '$defs' && this.#holds(part))
    this.#marked.set(schema, holds)
    return holds
  }
}
