import { type Json, type JsonObject, setOwn } from '../values/json.ts'
import { unescapePointer } from '../values/pointer.ts'

/** The local values of a job that are secret. Its run alone knows them: what is told and kept of it has `***`. */
export type SecretInputs = {
  /** All local values, as tags and expressions see them. */
  readonly localValues: JsonObject
  /** A value without them, in whatever form they stand in it. */
  mask(value: Json): Json
  /** The same for a text. */
  maskText(text: string): string
  /** A value for the run's own record, with signs in their place that mean nothing to others. */
  conceal(value: Json): Json
  /** What was concealed, as it was. */
  reveal(value: Json): Json
}

/** What stands at a JSON pointer; undefined: nothing. */
export function valueAt(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value
  for (const part of partsOf(pointer)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as JsonObject)[part]
  }
  return at
}

/** A copy of a value with something else at some places; those that are not there are passed over. */
export function replacedAt(value: Json, replacements: ReadonlyMap<string, Json>): Json {
  let copy = value
  for (const [pointer, item] of replacements) copy = withAt(copy, partsOf(pointer), item)
  return copy
}

function withAt(value: Json, [part, ...rest]: readonly string[], item: Json): Json {
  if (part === undefined) return item
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return value
  const below = withAt((value as JsonObject)[part] as Json, rest, item)
  if (Array.isArray(value)) return value.with(Number(part), below)
  const copy: JsonObject = {}
  for (const [key, old] of Object.entries(value)) setOwn(copy, key, key === part ? below : old)
  return copy
}

function partsOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map(unescapePointer)
}
