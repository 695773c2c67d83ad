import type { Database } from './client.ts'
import { statement } from './statement.ts'

const PING = statement({ name: 'ping', text: 'select 1' })

/** Resolves where the database answers; throws `DatabaseUnavailable` where it does not, or not in time. */
export async function ping(database: Database, answerMs?: number): Promise<void> {
  await database.query(PING, [], answerMs)
}

const VERSION = statement({ name: 'server-version', text: "select current_setting('server_version') as version" })

/** The version of the database server, as it says it. */
export async function serverVersion(database: Database): Promise<string> {
  const [row] = await database.query<{ version: string }>(VERSION, [])
  return row?.version ?? ''
}
