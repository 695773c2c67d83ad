import { Duration, Timestamp, type Value } from '../value.ts'
import { NATIVE_CHARACTERS, type Work } from '../work.ts'

/** A number, boolean or null, or a text: the same for equal values, and different for all others. */
export function identityOf(value: Value, work: Work): null | boolean | number | string {
  work.spend(30)
  if (typeof value !== 'object' && typeof value !== 'string') return value
  if (typeof value === 'string') {
    work.spend(value.length / NATIVE_CHARACTERS)
    return `"${value}`
  }
  return value === null ? null : written(value, work)
}

/** JSON with its keys in order; moments and durations are no texts here. */
function written(value: Value, work: Work): string {
  work.spend(4)
  if (typeof value === 'string') work.spend(value.length / NATIVE_CHARACTERS)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof Timestamp) return `t${value.milliseconds}`
  if (value instanceof Duration) return `d${value.milliseconds}`
  if (Array.isArray(value)) return `[${value.map((item) => written(item, work)).join()}]`
  const keys = Object.keys(value).sort()
  work.spend(keys.length * Math.ceil(Math.log2(keys.length + 1)))
  return `{${keys.map((key) => `${JSON.stringify(key)}:${written(value[key] ?? null, work)}`).join()}}`
}
