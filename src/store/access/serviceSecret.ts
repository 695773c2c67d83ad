import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** By primary key. Of replicas that start at once one inserts; the others wait for its commit, and do nothing. */
const KEEP = statement({
  name: 'keep-service-secret',
  text: 'insert into service_secret (name, value) values ($1, $2) on conflict (name) do nothing',
})

/** By primary key. A statement of its own: the snapshot of the insert would not see what another replica committed. */
const FIND = statement({ name: 'find-service-secret', text: 'select value from service_secret where name = $1' })

/** By primary key; the one row is locked. */
const REPLACE = statement({
  name: 'replace-service-secret',
  text: 'update service_secret set value = $3 where name = $1 and value = $2',
})

/** What is stored under a name; `fresh` is kept where there is nothing yet. */
export async function findOrKeepSecret(database: Database, name: string, fresh: string): Promise<string> {
  const found = await find(database, name)
  if (found !== null) return found
  await database.query(KEEP, [name, fresh])
  const kept = await find(database, name)
  if (kept === null) throw new Error(`the secret ${name} was not kept`)
  return kept
}

/** Stores the same secret in another form, unless somebody did so meanwhile. */
export async function replaceSecret(database: Database, name: string, from: string, to: string): Promise<void> {
  await database.query(REPLACE, [name, from, to])
}

async function find(database: Database, name: string): Promise<string | null> {
  const [row] = await database.query<{ value: string }>(FIND, [name])
  return row?.value ?? null
}
