import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A secret as jobs need it. */
export type SealedSecret = {
  readonly name: string
  readonly sealed: string
  readonly tags: readonly string[]
  /** Where it may be sent; none: anywhere. */
  readonly hosts: readonly string[]
}

/** By primary key, one look-up a name. */
const SOME = statement({
  name: 'secrets-named',
  text: `
select s.name, s.sealed, s.tags, s.hosts
from unnest($2::text[]) as n(name) join secret s on s.tenant = $1 and s.name = n.name`,
})

/** Those of some secrets of a tenant that are there. */
export function readSealedSecrets(
  database: Database,
  tenant: string,
  names: readonly string[],
): Promise<SealedSecret[]> {
  return database.query<SealedSecret>(SOME, [tenant, names])
}

/** By primary keys, locked in their order: replicas tell of the same secrets. */
const USED = statement({
  name: 'secrets-used',
  text: `
with held as materialized (
  select s.tenant, s.name, u.age from unnest($1::text[], $2::text[], $3::float8[]) as u(tenant, name, age)
  join secret s on s.tenant = u.tenant and s.name = u.name order by s.tenant, s.name for no key update of s
)
update secret s set last_used_at = greatest(s.last_used_at, clock_timestamp() - make_interval(secs => held.age / 1000))
from held where s.tenant = held.tenant and s.name = held.name`,
})

/** A use of a secret, some milliseconds ago. */
export type SecretUse = { readonly tenant: string; readonly name: string; readonly age: number }

/** Keeps when secrets were last used. */
export async function noteSecretUse(database: Database, uses: readonly SecretUse[]): Promise<void> {
  const values = [uses.map(({ tenant }) => tenant), uses.map(({ name }) => name), uses.map(({ age }) => age)]
  await database.query(USED, values)
}
