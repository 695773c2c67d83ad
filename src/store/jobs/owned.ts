import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One hold of one job. */
export type Hold = { readonly tenant: string; readonly id: string; readonly fence: string }

/** What a replica holds. Plan: job_held. No locks. */
const HELD = statement({ name: 'held', text: 'select tenant, id, fence from job where holder = $1::bigint' })

export function jobsHeldBy(database: Database, holder: string): Promise<Hold[]> {
  return database.query<Hold>(HELD, [holder])
}
