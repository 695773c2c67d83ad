import { createHash } from 'node:crypto'

/** A UUID made from texts alone: version 8 (RFC 9562, section 5.8), of their SHA-256. */
export function uuidOf(...texts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
