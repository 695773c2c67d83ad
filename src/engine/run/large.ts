import type { Json } from '../values/json.ts'
import type { StepEntry } from './entry.ts'
import { parseJson } from '../values/parseJson.ts'

/** From so many characters of JSON on, a list or an object is kept as text alone. */
const LARGE = 16 * 1024

/**
 * Keeps a large return value as the text that is there anyway, for as long as the job runs: as objects a megabyte of
 * small lists takes fifteen, and some twenty jobs of sixteen megabytes each took all the memory there was. It is parsed
 * when it is asked for, once a turn of the event loop.
 *
 * @param value the value where it is at hand already
 */
export function keepAsText(entry: StepEntry, value: Json): StepEntry {
  if (entry.json.length < LARGE || typeof value !== 'object' || value === null) return entry
  let recent = new WeakRef(value)
  const get = (): Json => {
    const known = recent.deref()
    if (known !== undefined) return known
    const parsed = parseJson(entry.json)
    if (typeof parsed === 'object' && parsed !== null) recent = new WeakRef(parsed)
    return parsed
  }
  return Object.defineProperty(entry, 'returnValue', { get, enumerable: true, configurable: true })
}
