import { getOwn, isObject, type Json, type JsonObject } from '../values/json.ts'
import { escapePointer, unescapePointer } from '../values/pointer.ts'
import { expandedSize } from './expand.ts'
import { FORMATS, KEYWORDS, type KeywordShape, REFUSED, SCHEMA_TYPES } from './keywords.ts'

/** What is wrong with a schema or a value, and where: a JSON pointer from its top. */
export type SchemaProblem = { readonly pointer: string; readonly detail: string }

/** A schema of more bytes of JSON, more schemas in it, or more levels is refused. */
export const MAX_SCHEMA_BYTES = 16 * 1024

/** Schemas in one schema, itself included. */
export const MAX_SCHEMA_NODES = 500

/** Schemas around one another. */
export const MAX_SCHEMA_LEVELS = 12

/** Every `$ref` written out: what a small schema may grow to. */
const MAX_EXPANDED = 5000

const REFERENCE = /^#\/\$defs\/([^/]+)$/

/**
 * Looks at a schema that a client wrote: JSON Schema 2020-12 of an object, of bounded size, without regular expressions,
 * with `$ref` to `#/$defs/NAME` only and no circle. An empty list: it can be used.
 */
export function checkSchema(schema: Json): SchemaProblem[] {
  if (!isObject(schema)) return [{ pointer: '', detail: 'must be a JSON Schema: an object' }]
  const bytes = new TextEncoder().encode(JSON.stringify(schema)).length
  if (bytes > MAX_SCHEMA_BYTES) {
    return [{ pointer: '', detail: `has ${bytes} bytes as JSON; at most ${MAX_SCHEMA_BYTES} are allowed` }]
  }
  const check = new Check(schema)
  check.schema(schema, '', 1)
  const { type } = schema
  if (type !== undefined && type !== 'object') check.problem('/type', 'must be "object" at the top')
  if (check.problems.length > 0) return check.problems
  const size = expandedSize(schema)
  if (size === 'circle') return [{ pointer: '', detail: 'holds itself: a $ref leads back to where it stands' }]
  if (size <= MAX_EXPANDED) return []
  return [{ pointer: '', detail: `has more than ${MAX_EXPANDED} schemas once each $ref is written out` }]
}

class Check {
  readonly problems: SchemaProblem[] = []
  readonly #defs: JsonObject
  #nodes = 0

  constructor(root: JsonObject) {
    const defs = getOwn(root, '$defs')
    this.#defs = isObject(defs) ? defs : {}
  }

  problem(pointer: string, detail: string): void {
    this.problems.push({ pointer, detail })
  }

  schema(schema: Json, at: string, level: number): void {
    if (++this.#nodes === MAX_SCHEMA_NODES + 1)
      this.problem(at, `is one schema too many; ${MAX_SCHEMA_NODES} are allowed`)
    if (this.#nodes > MAX_SCHEMA_NODES || typeof schema === 'boolean') return
    if (!isObject(schema)) return this.problem(at, 'must be a schema: an object, true or false')
    if (level > MAX_SCHEMA_LEVELS) return this.problem(at, `lies deeper than ${MAX_SCHEMA_LEVELS} levels`)
    for (const [keyword, value] of Object.entries(schema)) {
      const below = `${at}/${escapePointer(keyword)}`
      const refused = REFUSED.get(keyword)
      const shape = KEYWORDS.get(keyword)
      if (refused !== undefined) this.problem(below, `is not taken: ${refused}`)
      else if (keyword === '$defs' && level > 1) this.problem(below, 'stands at the top only')
      else if (shape !== undefined) this.#keyword(shape, value, below, level)
    }
  }

  #keyword(shape: KeywordShape, value: Json, at: string, level: number): void {
    switch (shape) {
      case 'schema':
        return this.schema(value, at, level + 1)
      case 'schemas':
        if (!Array.isArray(value) || value.length === 0) return this.problem(at, 'must be a list of schemas')
        return value.forEach((item, i) => this.schema(item, `${at}/${i}`, level + 1))
      case 'schema-map':
        if (!isObject(value)) return this.problem(at, 'must be an object of schemas')
        return Object.entries(value).forEach(([name, item]) =>
          this.schema(item, `${at}/${escapePointer(name)}`, level + 1),
        )
      case 'reference':
        if (!this.#isKnown(value)) this.problem(at, 'must be #/$defs/NAME of a schema that is there')
        return
      default: {
        const demand = demandOf(shape, value)
        if (demand !== null) this.problem(at, demand)
      }
    }
  }

  #isKnown(reference: Json): boolean {
    const name = typeof reference === 'string' ? REFERENCE.exec(reference)?.[1] : undefined
    return name !== undefined && Object.hasOwn(this.#defs, unescapePointer(name))
  }
}

/** What a keyword's value should be, where it is not that. */
function demandOf(
  shape: Exclude<KeywordShape, 'schema' | 'schemas' | 'schema-map' | 'reference'>,
  value: Json,
): string | null {
  switch (shape) {
    case 'any':
      return null
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'number':
      return typeof value === 'number' ? null : 'must be a number'
    case 'positive':
      return typeof value === 'number' && value > 0 ? null : 'must be a number above 0'
    case 'count':
      return Number.isInteger(value) && Number(value) >= 0 ? null : 'must be a whole number from 0'
    case 'values':
      return Array.isArray(value) ? null : 'must be a list'
    case 'names':
      return isNames(value) ? null : 'must be a list of names'
    case 'name-map':
      return isObject(value) && Object.values(value).every(isNames) ? null : 'must be an object of lists of names'
    case 'types':
      return isTypes(value) ? null : `must be one of ${[...SCHEMA_TYPES].join(', ')}, or a list of them`
    case 'format':
      return typeof value === 'string' && FORMATS.has(value) ? null : `must be one of ${[...FORMATS].join(', ')}`
  }
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}

function isTypes(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every((type) => !Array.isArray(type) && isTypes(type))
  return typeof value === 'string' && SCHEMA_TYPES.has(value)
}
