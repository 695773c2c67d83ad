import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A key as it is stored, without its secret. Moments are in milliseconds. */
export type StoredKey = {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly tags: readonly string[]
  readonly created_at: number
  readonly last_used_at: number | null
  readonly revoked_at: number | null
}

/** A key to be stored. */
export type NewStoredKey = Pick<StoredKey, 'id' | 'tenant' | 'name' | 'scopes' | 'tags'> & {
  /** SHA-256 of the secret. */
  readonly secretHash: Buffer
}

const COLUMNS = 'id, tenant, name, scopes, tags, created_at, last_used_at, revoked_at'

/** One row, and its entry in the audit log. */
const INSERT = statement({
  name: 'key-insert',
  text: `
with made as (
  insert into api_key (id, tenant, name, secret_hash, scopes, tags)
  values ($1, $2, $3, $4, $5::text[], $6::text[])
  returning ${COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $7, 'key.created', $8, id, json_build_object('name', name, 'scopes', scopes, 'tags', tags) from made
)
select * from made`,
})

/** Stores a key. `actor` is who made it, for the audit log. */
export async function insertKey(database: Database, key: NewStoredKey, actor: string): Promise<StoredKey> {
  const { id, tenant, name, secretHash, scopes, tags } = key
  const values = [id, tenant, name, secretHash, scopes, tags, randomUUIDv7(), actor]
  const [row] = await database.query<StoredKey>(INSERT, values)
  if (row === undefined) throw new Error('the insert of a key gave no row')
  return row
}

/** By primary key. */
const FIND = statement({
  name: 'key-find',
  text: 'select id, tenant, scopes, tags, secret_hash from api_key where id = $1 and revoked_at is null',
})

/** What a key that is good may do, and the hash that proves it. */
export type GoodKey = Pick<StoredKey, 'id' | 'tenant' | 'scopes' | 'tags'> & { readonly secret_hash: Buffer }

/** A key that is not revoked; null: there is none. */
export async function findGoodKey(database: Database, id: string): Promise<GoodKey | null> {
  const [row] = await database.query<GoodKey>(FIND, [id])
  return row ?? null
}

/** The first row of an index. Revoked keys count: what had keys is never open again. */
const ANY = statement({
  name: 'key-any',
  text: 'select exists (select from api_key order by created_at, id limit 1) as any',
})

export async function anyKeys(database: Database): Promise<boolean> {
  const [row] = await database.query<{ any: boolean }>(ANY, [])
  return row?.any ?? false
}

/** Backwards through api_key_list; a tenant's own are picked from it, for there are never many keys. */
const LIST = statement({
  name: 'key-list',
  text: `
select ${COLUMNS} from api_key
where ($1::text is null or tenant = $1)
  and ($2::float8 is null or (created_at, id) < (to_timestamp($2::float8 / 1000), $3::text))
order by created_at desc, id desc
limit $4::int`,
})

/** Where a page of keys ends. */
export type KeyCursor = { readonly createdAt: number; readonly id: string }

/** Keys, newest first, of one tenant or (null) of all. */
export function listKeys(
  database: Database,
  tenant: string | null,
  limit: number,
  after: KeyCursor | null,
): Promise<StoredKey[]> {
  return database.query<StoredKey>(LIST, [tenant, after?.createdAt ?? null, after?.id ?? null, limit])
}

/** By primary key. */
const READ = statement({
  name: 'key-read',
  text: `select ${COLUMNS} from api_key where id = $1 and ($2::text is null or tenant = $2)`,
})

/** One key, of one tenant or (null) of any. */
export async function readKeyRow(database: Database, id: string, tenant: string | null): Promise<StoredKey | null> {
  const [row] = await database.query<StoredKey>(READ, [id, tenant])
  return row ?? null
}

/** By primary key; the one row is locked. Told once: a second revocation changes nothing. */
const REVOKE = statement({
  name: 'key-revoke',
  text: `
with found as materialized (
  select id, tenant, revoked_at from api_key
  where id = $1 and ($2::text is null or tenant = $2) for no key update
), revoked as (
  update api_key set revoked_at = clock_timestamp() from found
  where api_key.id = found.id and found.revoked_at is null
  returning api_key.id, api_key.tenant, api_key.name
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $3, 'key.revoked', $4, id, json_build_object('name', name) from revoked
)
select id from found`,
})

/** Revokes a key of one tenant or (null) of any; false: there is none. */
export async function revokeKey(
  database: Database,
  id: string,
  tenant: string | null,
  actor: string,
): Promise<boolean> {
  return (await database.query(REVOKE, [id, tenant, randomUUIDv7(), actor])).length > 0
}

/** By primary key, one look-up a key. */
const REVOKED = statement({
  name: 'keys-revoked',
  text: 'select id from api_key where id = any($1::text[]) and revoked_at is not null',
})

/** Which of some keys are revoked. */
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
