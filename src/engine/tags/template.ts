import type { Json, JsonObject } from '../values/json.ts'
import { parseTemplate, type Template } from './tags.ts'

/** A value as it was written, with the tags in it parsed. */
export type CompiledValue =
  /** No tag anywhere in it: the value stands for itself. */
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'list'; readonly items: readonly CompiledValue[] }
  | { readonly kind: 'object'; readonly entries: readonly CompiledEntry[] }

/** One key of an object; keys can hold tags too. */
export type CompiledEntry = { readonly key: string | Template; readonly value: CompiledValue }

/** Parses all tags in a value. The value is at most 200 levels deep: that is checked where it comes in. */
export function compileValue(value: Json): CompiledValue {
  if (typeof value === 'string') {
    const template = parseTemplate(value)
    return template === null ? { kind: 'literal', value } : { kind: 'text', template }
  }
  if (Array.isArray(value)) {
    const items = value.map(compileValue)
    return items.every(isLiteral) ? { kind: 'literal', value } : { kind: 'list', items }
  }
  if (typeof value === 'object' && value !== null) {
    const entries = compileEntries(value)
    const plain = entries.every((entry) => typeof entry.key === 'string' && isLiteral(entry.value))
    return plain ? { kind: 'literal', value } : { kind: 'object', entries }
  }
  return { kind: 'literal', value }
}

/** Parses all tags in the keys and values of an object. */
export function compileEntries(value: JsonObject): CompiledEntry[] {
  return Object.keys(value).map((key) => ({
    key: parseTemplate(key) ?? key,
    value: compileValue(value[key] ?? null),
  }))
}

function isLiteral(value: CompiledValue): boolean {
  return value.kind === 'literal'
}
