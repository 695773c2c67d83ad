import { isFailure, type StatusName } from '../status.ts'
import type { JsonObject } from '../values/json.ts'

/** Of which steps the parameters are kept as they were after tags. */
export type RecordParameters = 'failed' | 'always' | 'never'

/** So much of them is kept, in bytes of JSON. */
const MAX_BYTES = 16 * 1024

/**
 * What is kept of a step's parameters as they were after tags, as JSON text; null: nothing. The largest values give way to
 * `{ "omitted": BYTES }` until the rest is small enough.
 */
export function resolvedOf(
  { recordParameters = 'failed' }: { readonly recordParameters?: RecordParameters | undefined },
  status: StatusName,
  parameters: JsonObject | null,
): string | null {
  if (parameters === null || recordParameters === 'never') return null
  if (recordParameters === 'failed' && !isFailure(status)) return null
  try {
    return withinBound(parameters)
  } catch {
    // A block may have put into its parameters what JSON can't hold.
    return null
  }
}

function withinBound(parameters: JsonObject): string {
  const parts = Object.entries(parameters).map(([name, value]) => {
    const text = JSON.stringify(value) ?? 'null'
    return { name, text, bytes: Buffer.byteLength(text) }
  })
  let total = parts.reduce((sum, { name, bytes }) => sum + bytes + Buffer.byteLength(JSON.stringify(name)) + 2, 2)
  for (const part of parts.toSorted((a, b) => b.bytes - a.bytes)) {
    if (total <= MAX_BYTES) break
    part.text = JSON.stringify({ omitted: part.bytes })
    total += part.text.length - part.bytes
  }
  if (total > MAX_BYTES) return JSON.stringify({ omitted: total })
  return `{${parts.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(',')}}`
}
