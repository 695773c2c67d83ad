import type { Database } from '../store/client.ts'
import type { SecretBox } from '../secrets/box.ts'
import { serviceSecret } from '../secrets/serviceSecret.ts'

/** What the tenants' secrets are derived from where `WEBHOOK_SECRET` is not set: made once, the same on every replica. */
export function callbackRoot(database: Database, box: SecretBox): Promise<Buffer> {
  return serviceSecret(database, 'callbacks', box)
}
