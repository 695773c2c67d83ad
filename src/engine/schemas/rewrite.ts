import { isObject, type Json, type JsonObject, setOwn } from '../values/json.ts'
import { referenced } from './expand.ts'
import { KEYWORDS } from './keywords.ts'

/**
 * A checked schema as the validator is to see it: a copy with nothing in it but the keywords that were checked, and with
 * plain names in `$defs`. It looks into what it does not know, resolves addresses there (`id`, `$id`), and decodes names
 * as parts of a URL: what a client may write as a note, or call a definition, would make it throw.
 */
export function rewriteSchema(root: JsonObject): JsonObject {
  const names = new Map<Json, string>()
  const defs = isObject(root['$defs']) ? Object.values(root['$defs']) : []
  defs.forEach((schema, i) => names.set(schema, `d${i}`))
  const copy = (schema: Json): Json => (isObject(schema) ? copyObject(schema) : schema)
  const copyObject = (schema: JsonObject): JsonObject => {
    const made: JsonObject = {}
    for (const [keyword, value] of Object.entries(schema)) {
      const rewritten = copyKeyword(keyword, value, schema)
      if (rewritten !== undefined) made[keyword] = rewritten
    }
    return made
  }
  const copyKeyword = (keyword: string, value: Json, schema: JsonObject): Json | undefined => {
    switch (KEYWORDS.get(keyword)) {
      case undefined:
        return undefined
      case 'reference':
        return `#/$defs/${names.get(referenced(root, schema) ?? null)}`
      case 'schema':
        return copy(value)
      case 'schemas':
        return Array.isArray(value) ? value.map(copy) : value
      case 'schema-map': {
        const map: JsonObject = {}
        Object.entries(isObject(value) ? value : {}).forEach(([name, one], i) => {
          setOwn(map, keyword === '$defs' ? `d${i}` : name, copy(one))
        })
        return map
      }
      default:
        return value
    }
  }
  return copyObject(root)
}
