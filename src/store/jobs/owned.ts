import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One hold of one job. */
export type Hold = { readonly tenant: string; readonly id: string; readonly fence: string }

/** What a replica owns. Plan: job_owned. No locks. */
const OWNED = statement({ name: 'owned', text: 'select tenant, id, fence from job where owner = $1' })

export function jobsOwnedBy(database: Database, replica: number): Promise<Hold[]> {
  return database.query<Hold>(OWNED, [replica])
}
