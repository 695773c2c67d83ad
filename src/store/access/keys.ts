import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import type { Prisma } from '../generated/client.ts'
import { statement } from '../statement.ts'
import { claimParameter, holdsKey, type KeyClaim, takesKey } from './requestKeys.ts'

/** A key as it is stored, without its secret. Moments are in milliseconds. */
export type StoredKey = {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly tags: readonly string[]
  /** The definitions that it may submit, as patterns; null: any steps. */
  readonly definitions: readonly string[] | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
  readonly revoked_at: number | null
}

/** A key to be stored. */
export type NewStoredKey = Pick<
  StoredKey,
  'id' | 'tenant' | 'name' | 'scopes' | 'tags' | 'definitions' | 'expires_at'
> & {
  /** SHA-256 of the secret. */
  readonly secretHash: Buffer
}

const COLUMNS = 'id, tenant, name, scopes, tags, definitions, created_at, expires_at, last_used_at, revoked_at'

/**
 * One row, its entry in the audit log, and the key of the request that asked for it: all or nothing. SQL, since of two
 * requests with one key the second finds it taken, which is no failure.
 */
const INSERT = statement({
  name: 'key-insert',
  text: `
with ${takesKey('$11')}, made as (
  insert into api_key (id, tenant, name, secret_hash, scopes, tags, definitions, expires_at)
  select $1, $2, $3, $4::bytea, $5::text[], $6::text[], $9::text[], to_timestamp($10::float8 / 1000)
  where ${holdsKey('$11')}
  returning ${COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $7, 'key.created', $8, id, json_build_object('name', name, 'scopes', scopes, 'tags', tags) from made
)
select * from made`,
})

/** Stores a key; null: the request's own key was taken. `actor` is who made it, for the audit log. */
export async function insertKey(
  database: Database,
  key: NewStoredKey,
  actor: string,
  claim: KeyClaim | null = null,
): Promise<StoredKey | null> {
  const { id, tenant, name, secretHash, scopes, tags, definitions, expires_at: expiresAt } = key
  const values = [id, tenant, name, secretHash, scopes, tags, randomUUIDv7(), actor, definitions, expiresAt]
  const [row] = await database.query<StoredKey>(INSERT, [...values, claimParameter(claim)])
  return row ?? null
}

/** Where a page of keys ends. */
export type KeyCursor = { readonly createdAt: number; readonly id: string }

/** Keys, newest first, of one tenant or (null) of all: backwards through api_key_list, for there are never many keys. */
export async function listKeys(
  database: Database,
  tenant: string | null,
  limit: number,
  after: KeyCursor | null,
): Promise<StoredKey[]> {
  const behind = after === null ? null : { at: new Date(after.createdAt), id: after.id }
  const rows = await database.models('key-list', (client) =>
    client.apiKey.findMany({
      select: KEY,
      where: {
        ...(tenant === null ? {} : { tenant }),
        ...(behind === null
          ? {}
          : { createdAt: { lte: behind.at }, OR: [{ createdAt: { lt: behind.at } }, { id: { lt: behind.id } }] }),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
    }),
  )
  return rows.map(storedKey)
}

/** What is shown of a key: no hash. */
const KEY = {
  id: true,
  tenant: true,
  name: true,
  scopes: true,
  tags: true,
  definitions: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  revokedAt: true,
} satisfies Prisma.ApiKeySelect

/** Prisma gives a list that is null as an empty one, and no key has an empty one. */
function storedKey(row: Prisma.ApiKeyGetPayload<{ select: typeof KEY }>): StoredKey {
  const { id, tenant, name, scopes, tags, definitions } = row
  return {
    id,
    tenant,
    name,
    scopes,
    tags,
    definitions: definitions.length === 0 ? null : definitions,
    created_at: row.createdAt.getTime(),
    expires_at: row.expiresAt?.getTime() ?? null,
    last_used_at: row.lastUsedAt?.getTime() ?? null,
    revoked_at: row.revokedAt?.getTime() ?? null,
  }
}

/** By primary key. A schedule runs by what this gives, so it must tell no definitions from any: Prisma's models can't. */
const READ = statement({
  name: 'key-read',
  text: `select ${COLUMNS} from api_key where id = $1 and ($2::text is null or tenant = $2)`,
})

/** One key, of one tenant or (null) of any. */
export async function readKeyRow(database: Database, id: string, tenant: string | null): Promise<StoredKey | null> {
  const [row] = await database.query<StoredKey>(READ, [id, tenant])
  return row ?? null
}

/** By primary key; the one row is locked. SQL, since the moment is the database's. Gives a row where there is such a key. */
const REVOKE = statement({
  name: 'key-revoke',
  text: `
with revoked as (
  update api_key set revoked_at = clock_timestamp()
  where id = $1 and ($2::text is null or tenant = $2) and revoked_at is null
  returning tenant, id, name
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $3, 'key.revoked', $4, id, json_build_object('name', name) from revoked
)
select id from api_key where id = $1 and ($2::text is null or tenant = $2)`,
})

/** Revokes a key of one tenant or (null) of any; false: there is none. Told once: a second revocation changes nothing. */
export async function revokeKey(
  database: Database,
  id: string,
  tenant: string | null,
  actor: string,
): Promise<boolean> {
  const found = await database.query(REVOKE, [id, tenant, randomUUIDv7(), actor])
  return found.length > 0
}

/**
 * By primary key; the one row is locked. What is not given stays as it is, and so does a key that is revoked. SQL, since the
 * log is told what the row came to, which is known in the database alone.
 */
const CHANGE = statement({
  name: 'key-change',
  text: `
with changed as (
  update api_key set
    name = coalesce($5, name),
    expires_at = case when $6::bool then to_timestamp($7::float8 / 1000) else expires_at end
  where id = $1 and ($2::text is null or tenant = $2) and revoked_at is null
  returning ${COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $3, 'key.changed', $4, id, json_build_object('name', name, 'expires_at', expires_at) from changed
)
select * from changed`,
})

/** What is to be changed of a key; undefined stays as it is. */
export type KeyUpdate = { readonly name?: string | undefined; readonly expiresAt?: number | null | undefined }

/** Changes a key of one tenant or (null) of any; null: there is none that is not revoked. */
export async function changeKey(
  database: Database,
  id: string,
  tenant: string | null,
  { name, expiresAt }: KeyUpdate,
  actor: string,
): Promise<StoredKey | null> {
  const values = [id, tenant, randomUUIDv7(), actor, name ?? null, expiresAt !== undefined, expiresAt ?? null]
  const [row] = await database.query<StoredKey>(CHANGE, values)
  return row ?? null
}

/**
 * By primary key; the one row is locked. Of a key that is revoked nothing comes back to life. SQL, since a column takes what
 * another held, until a moment by the clock that judges it.
 */
const ROTATE = statement({
  name: 'key-rotate',
  text: `
with found as materialized (
  select id as found_id from api_key
  where id = $1 and ($2::text is null or tenant = $2) and revoked_at is null for no key update
), ${takesKey('$7', 'found')}, rotated as (
  update api_key set
    previous_hash = secret_hash, previous_until = clock_timestamp() + make_interval(secs => $6::float8), secret_hash = $5
  from found where id = found_id and ${holdsKey('$7')}
  returning ${COLUMNS}
), told as (
  insert into audit (tenant, id, action, actor, subject, details)
  select tenant, $3, 'key.rotated', $4, id, json_build_object('name', name, 'overlap_seconds', $6::float8) from rotated
)
select * from rotated`,
})

/** Puts another secret in the place of a key's, which holds for `overlapSeconds` more; null: there is no such good key, or the request's own is taken. */
export async function rotateKey(
  database: Database,
  id: string,
  tenant: string | null,
  rotation: { readonly secretHash: Buffer; readonly overlapSeconds: number; readonly claim: KeyClaim | null },
  actor: string,
): Promise<StoredKey | null> {
  const { secretHash, overlapSeconds, claim } = rotation
  const values = [id, tenant, randomUUIDv7(), actor, secretHash, overlapSeconds, claimParameter(claim)]
  const [row] = await database.query<StoredKey>(ROTATE, values)
  return row ?? null
}
