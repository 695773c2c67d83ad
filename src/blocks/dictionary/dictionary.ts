import { Type } from '../../engine/block.ts'
import type { JsonObject } from '../../engine/values/json.ts'

/** The schema of a dictionary with any content. */
export function anyDictionary(description: string) {
  return Type.Unsafe<JsonObject>(Type.Object({}, { additionalProperties: true, description }))
}

/** What a missing key gives: as in Python an error of its own, not an invalid argument. */
export function missingKey(key: string): RangeError {
  return new RangeError(`the dictionary has no key ${JSON.stringify(key)}; give one that it has`)
}
