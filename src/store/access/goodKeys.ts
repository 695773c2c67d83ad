import type { Database } from '../client.ts'
import { statement } from '../statement.ts'
import type { StoredKey } from './keys.ts'

/** By primary key, one look-up a key. It stands before every request, and the database's clock says what holds. */
const FIND = statement({
  name: 'keys-find',
  text: `
select id, tenant, scopes, tags, definitions, secret_hash,
       case when previous_until > clock_timestamp() then previous_hash end as previous_hash,
       extract(epoch from expires_at - clock_timestamp())::float8 * 1000 as lasts_ms,
       extract(epoch from previous_until - clock_timestamp())::float8 * 1000 as previous_lasts_ms
from api_key
where id = any($1::text[]) and revoked_at is null`,
})

/** What a key may do that was not revoked, the hash that proves it, and for how long it holds. */
export type FoundKey = Pick<StoredKey, 'id' | 'tenant' | 'scopes' | 'tags' | 'definitions'> & {
  readonly secret_hash: Buffer
  /** Of the secret before, while it holds. */
  readonly previous_hash: Buffer | null
  /** Milliseconds to its end, by the database's clock; 0 or less: it has expired; null: it has no end. */
  readonly lasts_ms: number | null
  /** The same of the secret before. */
  readonly previous_lasts_ms: number | null
}

/** Those of some keys that are there and not revoked; expired ones too. */
export function findKeys(database: Database, ids: readonly string[]): Promise<FoundKey[]> {
  return database.query<FoundKey>(FIND, [ids])
}

/** The first row of an index. Revoked keys count: what had keys is never open again. */
const ANY = statement({
  name: 'key-any',
  text: 'select exists (select from api_key order by created_at, id limit 1) as any',
})

/** Whether there was ever a key, revoked ones included: from then on the service asks for one. */
export async function anyKeys(database: Database): Promise<boolean> {
  const [row] = await database.query<{ any: boolean }>(ANY, [])
  return row?.any ?? false
}

/** The first good key by tenant, and whether one comes behind it of another: ranges of api_key_tenant. */
const SEVERAL = statement({
  name: 'key-tenants',
  text: `
with first as (
  select tenant from api_key where revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
  order by tenant limit 1
)
select exists (
  select from first, lateral (
    select from api_key k
    where k.tenant > first.tenant and k.revoked_at is null and (k.expires_at is null or k.expires_at > clock_timestamp())
    limit 1
  ) other
) as several`,
})

/** Whether more than one tenant has a key that is good. */
export async function severalTenants(database: Database): Promise<boolean> {
  const [row] = await database.query<{ several: boolean }>(SEVERAL, [])
  return row?.several ?? false
}

/** By primary key, one look-up a key. */
const REVOKED = statement({
  name: 'keys-revoked',
  text: 'select id from api_key where id = any($1::text[]) and (revoked_at is not null or expires_at <= clock_timestamp())',
})

/** Which of some keys are no longer good: revoked, or expired. */
export async function revokedAmong(database: Database, ids: readonly string[]): Promise<string[]> {
  return (await database.query<{ id: string }>(REVOKED, [ids])).map(({ id }) => id)
}

/** By primary keys, locked in their order: replicas tell of the same keys. */
const USED = statement({
  name: 'key-used',
  text: `
with held as materialized (
  select k.id, u.age from unnest($1::text[], $2::float8[]) as u(id, age)
  join api_key k on k.id = u.id order by k.id for no key update of k
)
update api_key k set last_used_at = greatest(k.last_used_at, clock_timestamp() - make_interval(secs => held.age / 1000))
from held where k.id = held.id`,
})

/** Keeps when keys were last used. Ages are in milliseconds. */
export async function noteUse(database: Database, ages: ReadonlyMap<string, number>): Promise<void> {
  await database.query(USED, [[...ages.keys()], [...ages.values()]])
}
