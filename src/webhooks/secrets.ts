import { hkdfSync, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const BYTES = 32

/** A fresh secret, as Standard Webhooks has them. */
export function newSecret(): string {
  return PREFIX + randomBytes(BYTES).toString('base64')
}

/** What signs the callbacks of a tenant's jobs that bring no secret of their own, derived from `WEBHOOK_SECRET`. */
export function tenantSecret(root: string | Buffer, tenant: string): string {
  return PREFIX + Buffer.from(hkdfSync('sha256', root, '', `conduit callbacks ${tenant}`, BYTES)).toString('base64')
}
