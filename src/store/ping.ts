import type { Database } from './client.ts'
import { statement } from './statement.ts'

const PING = statement({ name: 'ping', text: 'select 1' })

/** Resolves where the database answers; throws `DatabaseUnavailable` where it does not. */
export async function ping(database: Database): Promise<void> {
  await database.query(PING, [])
}
