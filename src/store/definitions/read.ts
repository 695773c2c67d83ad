import { randomUUIDv7 } from 'node:crypto'
import type { Database } from '../client.ts'
import { statement } from '../statement.ts'

/** One version of a definition. */
export type StoredDefinition = {
  readonly name: string
  readonly version: number
  /** JSON text. */
  readonly content: string
  readonly created_at: number
  readonly created_by: string | null
}

/** The columns of one version; `v` and `t` name the tables. */
const COLUMNS = 'v.name, v.version, t.content, v.created_at, v.created_by'

/** One version, or the latest of a name that is not deleted ($3 null). By primary keys. Jobs are posted by it: it waits for no client. */
const FIND = statement({
  name: 'find-definition',
  text: `
select ${COLUMNS}
from definition_version v
join definition_text t on t.tenant = v.tenant and t.hash = v.hash
where v.tenant = $1 and v.name = $2 and v.version = coalesce($3::int, (
  select d.version from definition d where d.tenant = $1 and d.name = $2 and d.deleted_at is null
))`,
})

/** @param version null: the latest, where the name is not deleted */
export async function findDefinition(
  database: Database,
  tenant: string,
  name: string,
  version: number | null,
): Promise<StoredDefinition | null> {
  const [row] = await database.query<StoredDefinition>(FIND, [tenant, name, version])
  return row ?? null
}

/** A definition by its tenant and name. */
export type DefinitionName = { readonly tenant: string; readonly name: string }

/** By primary key, one look-up a name. Jobs are posted by it: it waits for no client. */
const LATEST_VERSIONS = statement({
  name: 'latest-versions',
  text: `
select w.n::int as n, d.version
from unnest($1::text[], $2::text[]) with ordinality as w(tenant, name, n)
join definition d on d.tenant = w.tenant and d.name = w.name and d.deleted_at is null`,
})

/** The number of the latest version of each name; null where there is none, or it is deleted. */
export async function latestVersions(database: Database, names: readonly DefinitionName[]): Promise<(number | null)[]> {
  const distinct = [...new Map(names.map((one) => [`${one.tenant}\n${one.name}`, one])).values()]
  const rows = await database.query<{ n: number; version: number }>(LATEST_VERSIONS, [
    distinct.map(({ tenant }) => tenant),
    distinct.map(({ name }) => name),
  ])
  const latest = new Map(
    rows.map(({ n, version }) => [`${distinct[n - 1]?.tenant}\n${distinct[n - 1]?.name}`, version]),
  )
  return names.map(({ tenant, name }) => latest.get(`${tenant}\n${name}`) ?? null)
}

/**
 * The latest of each name, in order of names: a range of the primary key, then look-ups by primary keys. Prisma's models join
 * along foreign keys alone, and there are none.
 */
const LIST = statement({
  name: 'list-definitions',
  text: `
select ${COLUMNS}
from definition d
join definition_version v on v.tenant = d.tenant and v.name = d.name and v.version = d.version
join definition_text t on t.tenant = v.tenant and t.hash = v.hash
where d.tenant = $1 and d.name > $2 and d.name >= $3 and d.name < $3 || '~' and d.deleted_at is null
order by d.name limit $4::int`,
})

/** The definitions behind a name whose names begin so. Names have no character that sorts behind `~`. */
export function listDefinitions(
  database: Database,
  tenant: string,
  { after, prefix, limit }: { readonly after: string; readonly prefix: string; readonly limit: number },
): Promise<StoredDefinition[]> {
  return database.query<StoredDefinition>(LIST, [tenant, after, prefix, limit])
}

/** A version of a definition without its content. */
export type StoredVersion = Pick<StoredDefinition, 'version' | 'created_at' | 'created_by'>

/**
 * Versions of one name, newest first: a range of the primary key.
 *
 * @param before the version behind which to begin
 */
export async function listVersions(
  database: Database,
  tenant: string,
  name: string,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<StoredVersion[]> {
  const rows = await database.models('definition-versions', (client) =>
    client.definitionVersion.findMany({
      select: { version: true, createdAt: true, createdBy: true },
      where: { tenant, name, version: { lt: before } },
      orderBy: { version: 'desc' },
      take: limit,
    }),
  )
  return rows.map(({ version, createdAt, createdBy }) => {
    return { version, created_at: createdAt.getTime(), created_by: createdBy }
  })
}

/** By primary key; the one row is locked, and the log is told of it or neither is. SQL, since the moment is the database's. */
const REMOVE = statement({
  name: 'remove-definition',
  text: `
with removed as (
  update definition set deleted_at = clock_timestamp()
  where tenant = $1 and name = $2 and deleted_at is null and ($3::int is null or version = $3)
  returning tenant, name
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $4, 'definition.deleted', $5, name from removed
)
select name from removed`,
})

/** Versions stay: jobs and history name them. Gives whether there was one. @param version that must be the latest; null: any */
export async function removeDefinition(
  database: Database,
  tenant: string,
  name: string,
  version: number | null,
  actor: string,
): Promise<boolean> {
  const removed = await database.query(REMOVE, [tenant, name, version, randomUUIDv7(), actor])
  return removed.length > 0
}
