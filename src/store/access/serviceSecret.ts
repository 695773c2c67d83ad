import { randomBytes } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

const SECRET_BYTES = 32

/** By primary key. Of replicas that start at once one inserts; the others wait for its commit, and do nothing. */
const MAKE = statement({
  name: 'make-service-secret',
  text: 'insert into service_secret (name, value) values ($1, $2) on conflict (name) do nothing',
})

/** By primary key. A statement of its own: the snapshot of the insert would not see what another replica committed. */
const FIND = statement({ name: 'find-service-secret', text: 'select value from service_secret where name = $1' })

/**
 * A secret of the service itself, 32 random bytes: made when it is first asked for, kept in the database, and the same
 * for all replicas from then on, also where several ask for the first time at once. Derive what is used from it (HKDF);
 * whoever can read the database can read it.
 */
export async function serviceSecret(database: Database, name: string): Promise<Buffer> {
  const found = await find(database, name)
  if (found !== null) return found
  await database.query(MAKE, [name, randomBytes(SECRET_BYTES).toString('base64')])
  const made = await find(database, name)
  if (made === null) throw new Error(`the secret ${name} was not kept`)
  return made
}

async function find(database: Database, name: string): Promise<Buffer | null> {
  const [row] = await database.query<{ value: string }>(FIND, [name])
  return row === undefined ? null : Buffer.from(row.value, 'base64')
}
