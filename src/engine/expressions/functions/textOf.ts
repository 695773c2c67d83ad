import { toJson, type Value } from '../value.ts'
import type { Work } from '../work.ts'

/** A value as text: texts as they are, moments and durations as they leave, all else as compact JSON. */
export function textOf(value: Value, work: Work): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value)
  const bytes = work.bytesOf(value)
  work.refuseAbove(bytes)
  work.spend(bytes / 2)
  const json = toJson(value)
  return typeof json === 'string' ? json : JSON.stringify(json)
}
