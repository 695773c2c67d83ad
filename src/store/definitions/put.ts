import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** A definition to be written under a name. */
export type DefinitionWrite = {
  readonly tenant: string
  readonly name: string
  /** SHA-256 of the content with its keys in order. */
  readonly hash: Buffer
  /** As JSON text. */
  readonly content: string
  /** The key that writes it; null: there are none. */
  readonly createdBy: string | null
  readonly actor: string
  /** `latest`: only where this version is the latest; `absent`: only where there is none; null: in any case. */
  readonly expected: number | 'absent' | null
  /** How many names the tenant may have, and versions one name. */
  readonly bounds: { readonly definitions: number; readonly versions: number }
}

/** What became of it. */
export type PutResult =
  | {
      readonly kind: 'written'
      readonly version: number
      readonly createdAt: number
      readonly createdBy: string | null
    }
  /** The latest version has this very content. */
  | { readonly kind: 'same'; readonly version: number; readonly createdAt: number; readonly createdBy: string | null }
  /** Another version is the latest; null: there is none. */
  | { readonly kind: 'unexpected'; readonly version: number | null }
  /** The tenant has as many of these as it may. */
  | { readonly kind: 'too-many'; readonly of: 'definitions' | 'versions' }

/**
 * Writes a new version, unless the latest has the same content. By primary keys; the row of the name is locked, so
 * versions of concurrent writes follow each other. $7: the version that must be the latest, 0 for none, null for any.
 */
const PUT = statement({
  name: 'put-definition',
  text: `
with known as materialized (
  select version, hash, deleted_at from definition where tenant = $1 and name = $2 for update
), head as (
  insert into definition as d (tenant, name, version, hash)
  select $1, $2, 1, $3
  where ($7::int is null or $7 = 0 or exists (select from known))
    and (exists (select from known) or (select count(*) from (select from definition where tenant = $1 limit $9::int) all_names) < $9)
  on conflict (tenant, name) do update set version = d.version + 1, hash = excluded.hash, deleted_at = null
    where (d.deleted_at is not null or d.hash <> excluded.hash)
      and d.version < $10::int
      and ($7 is null or case when $7 = 0 then d.deleted_at is not null else d.deleted_at is null and d.version = $7 end)
  returning version
), content as (
  insert into definition_text (tenant, hash, content) select $1, $3, $4::json from head
  on conflict (tenant, hash) do nothing
), made as (
  insert into definition_version (tenant, name, version, hash, created_by)
  select $1, $2, version, $3, $5 from head
  returning version, created_at, created_by
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select $1, $8, 'definition.written', $6, $2 from made
)
select version, created_at, created_by from made`,
})

/** The latest version of a name, by primary keys. */
const LATEST = statement({
  name: 'latest-definition',
  text: `
select d.version, d.hash, d.deleted_at is not null as deleted, v.created_at, v.created_by
from definition d
join definition_version v on v.tenant = d.tenant and v.name = d.name and v.version = d.version
where d.tenant = $1 and d.name = $2`,
})

type WrittenRow = { version: number; created_at: number; created_by: string | null }
type LatestRow = WrittenRow & { hash: Buffer; deleted: boolean }

/** Writes a definition under its name. */
export async function putDefinition(database: Database, write: DefinitionWrite): Promise<PutResult> {
  const { tenant, name, hash, content, createdBy, actor, expected, bounds } = write
  const wanted = expected === 'absent' ? 0 : expected
  const values = [tenant, name, hash, content, createdBy, actor, wanted, randomUUIDv7()]
  const [written] = await database.query<WrittenRow>(PUT, [...values, bounds.definitions, bounds.versions])
  if (written !== undefined) return { kind: 'written', ...read(written) }
  const [latest] = await database.query<LatestRow>(LATEST, [tenant, name])
  if (latest === undefined || latest.deleted) {
    if (expected !== null && expected !== 'absent') return { kind: 'unexpected', version: null }
    return { kind: 'too-many', of: latest === undefined ? 'definitions' : 'versions' }
  }
  if (expected !== null && expected !== latest.version) return { kind: 'unexpected', version: latest.version }
  return hash.equals(latest.hash) ? { kind: 'same', ...read(latest) } : { kind: 'too-many', of: 'versions' }
}

function read({ version, created_at: createdAt, created_by: createdBy }: WrittenRow) {
  return { version, createdAt, createdBy }
}
