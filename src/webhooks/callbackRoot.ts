import type { Database } from '../store/client.ts'
import { serviceSecret } from '../store/access/serviceSecret.ts'

/** What the tenants' secrets are derived from where `WEBHOOK_SECRET` is not set: made once, the same on every replica. */
export function callbackRoot(database: Database): Promise<Buffer> {
  return serviceSecret(database, 'callbacks')
}
