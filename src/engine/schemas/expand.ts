import { getOwn, isObject, type Json, type JsonObject } from '../values/json.ts'
import { KEYWORDS } from './keywords.ts'
import { unescapePointer } from '../values/pointer.ts'

/** The schemas that stand directly in one, but for its `$defs`, which only references lead to. */
export function subschemas(schema: JsonObject): Json[] {
  return Object.entries(schema).flatMap(([keyword, value]): Json[] => {
    if (keyword === '$defs') return []
    switch (KEYWORDS.get(keyword)) {
      case 'schema':
        return [value]
      case 'schemas':
        return Array.isArray(value) ? value : []
      case 'schema-map':
        return isObject(value) ? Object.values(value) : []
      default:
        return []
    }
  })
}

/** The schema that a `$ref` leads to; undefined without one. */
export function referenced(root: JsonObject, schema: JsonObject): Json | undefined {
  const reference = getOwn(schema, '$ref')
  const defs = getOwn(root, '$defs')
  if (typeof reference !== 'string' || !isObject(defs)) return undefined
  return getOwn(defs, unescapePointer(reference.slice('#/$defs/'.length)))
}

/** How many schemas there are once each `$ref` is written out: ten definitions that each name the next twice are 1,024. */
export function expandedSize(root: JsonObject): number | 'circle' {
  const sizes = new Map<Json, number | 'open'>()
  const sizeOf = (schema: Json): number | 'circle' => {
    if (!isObject(schema)) return 1
    const known = sizes.get(schema)
    if (known === 'open') return 'circle'
    if (known !== undefined) return known
    sizes.set(schema, 'open')
    let size = 1
    for (const part of [referenced(root, schema), ...subschemas(schema)]) {
      const add = part === undefined ? 0 : sizeOf(part)
      if (add === 'circle') return 'circle'
      size += add
    }
    sizes.set(schema, size)
    return size
  }
  const size = sizeOf(root)
  const defs = getOwn(root, '$defs')
  // What nothing refers to adds no size, but may hold a circle all the same.
  const unused = isObject(defs) ? Object.values(defs) : []
  return unused.some((schema) => sizeOf(schema) === 'circle') ? 'circle' : size
}
