import { getOwn, isObject, type Json, type JsonObject, setOwn } from '../values/json.ts'
import { unescapePointer } from '../values/pointer.ts'

/** The local values of a job that are secret. Its run alone knows them: what is told and kept of it has `***`. */
export type SecretInputs = {
  /** All local values, as tags and expressions see them. */
  readonly localValues: JsonObject
  /** A value (any JSON) without them, in whatever form they stand in it. It keeps its shape. */
  mask<Value>(value: Value): Value
  /** The same for a text. */
  maskText(text: string): string
  /** A value for the run's own record, with signs in their place that mean nothing to others. */
  conceal<Value>(value: Value): Value
  /** What was concealed, as it was. */
  reveal<Value>(value: Value): Value
}

/** What stands at a JSON pointer; undefined: nothing. */
export function valueAt(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value
  for (const part of partsOf(pointer)) at = childAt(at, part)
  return at
}

/** What stands in a list or an object; undefined: nothing. */
export function childAt(value: Json | undefined, part: string): Json | undefined {
  if (Array.isArray(value)) return Object.hasOwn(value, part) ? value[Number(part)] : undefined
  return isObject(value) ? getOwn(value, part) : undefined
}

/** A copy of an object with something else at some places in it; those that are not there are passed over. */
export function replacedAt(object: JsonObject, replacements: ReadonlyMap<string, Json>): JsonObject {
  let copy = object
  for (const [pointer, item] of replacements) {
    const [part, ...rest] = partsOf(pointer)
    if (part !== undefined) copy = withAt(copy, part, rest, item)
  }
  return copy
}

function replaced(value: Json, [part, ...rest]: readonly string[], item: Json): Json {
  if (part === undefined) return item
  if (isObject(value)) return withAt(value, part, rest, item)
  if (!Array.isArray(value) || !Object.hasOwn(value, part)) return value
  return value.with(Number(part), replaced(value[Number(part)] ?? null, rest, item))
}

function withAt(value: JsonObject, part: string, rest: readonly string[], item: Json): JsonObject {
  const before = getOwn(value, part)
  if (before === undefined) return value
  const below = replaced(before, rest, item)
  const copy: JsonObject = {}
  for (const [key, old] of Object.entries(value)) setOwn(copy, key, key === part ? below : old)
  return copy
}

function partsOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map(unescapePointer)
}
