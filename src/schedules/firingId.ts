import { hash } from 'node:crypto'

/**
 * The id of the job that a firing makes: a UUID of version 8 (RFC 9562) of the SHA-256 of tenant, schedule and moment. The
 * same wherever and whenever it is made, so the job exists once.
 *
 * @param moment milliseconds since 1970
 */
export function firingId(tenant: string, schedule: string, moment: number): string {
  const bytes = hash('sha256', JSON.stringify(['schedule', tenant, schedule, moment]), 'buffer').subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
