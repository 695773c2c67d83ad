import { randomUUIDv7 } from 'node:crypto'
import { audited } from '../access/audited.ts'
import type { Database } from '../client.ts'
import type { Secret } from '../generated/client.ts'
import { statement } from '../statement.ts'

/** A secret as it is stored, its value sealed. */
export type StoredSecret = Secret

/** A secret to be written. */
export type SecretWrite = Pick<StoredSecret, 'tenant' | 'name' | 'sealed' | 'tags' | 'hosts' | 'description'> & {
  /** Who writes it, for the audit log. */
  readonly actor: string
  /** So many the tenant may have. Two that are written at once may pass it by one. */
  readonly bound: number
}

/**
 * By primary key, and a count of the tenant's no further than the bound; `xmax` of a row that was there before is not 0. SQL,
 * since of two that write a new name at once both must succeed, and only one of them made it.
 */
const PUT = statement({
  name: 'put-secret',
  text: `
with written as (
  insert into secret as s (tenant, name, sealed, tags, hosts, description, updated_at)
  select $1, $2, $3, $4::text[], $5::text[], $6, clock_timestamp()
  where exists (select from secret where tenant = $1 and name = $2)
     or (select count(*) from (select from secret where tenant = $1 limit $7::int) known) < $7::int
  on conflict (tenant, name) do update set
    sealed = excluded.sealed, tags = excluded.tags, hosts = excluded.hosts, description = excluded.description,
    updated_at = excluded.updated_at
  returning s.tenant, s.name, s.xmax = 0 as created
), told as (
  insert into audit (tenant, id, action, actor, subject)
  select tenant, $8, 'secret.written', $9, name from written
)
select created from written`,
})

/** Writes a secret, or another value in its place. Gives whether it is new, or null where the tenant has too many. */
export async function putSecret(
  database: Database,
  { tenant, name, sealed, tags, hosts, description, bound, actor }: SecretWrite,
): Promise<boolean | null> {
  const values = [tenant, name, sealed, tags, hosts, description, bound, randomUUIDv7(), actor]
  const [row] = await database.query<{ created: boolean }>(PUT, values)
  return row?.created ?? null
}

/** One secret, by primary key; null: there is none. */
export function findSecret(database: Database, tenant: string, name: string): Promise<StoredSecret | null> {
  return database.models('secret', (client) => client.secret.findUnique({ where: { tenant_name: { tenant, name } } }))
}

/** The secrets behind a name, in order of names: a range of the primary key. */
export function listSecrets(database: Database, tenant: string, after: string, limit: number): Promise<StoredSecret[]> {
  return database.models('secret-page', (client) =>
    client.secret.findMany({ where: { tenant, name: { gt: after } }, orderBy: { name: 'asc' }, take: limit }),
  )
}

/** Takes a secret away; gives whether there was one. */
export async function removeSecret(database: Database, tenant: string, name: string, actor: string): Promise<boolean> {
  const entry = { tenant, action: 'secret.deleted', actor, subject: name }
  const removed = await database.models('remove-secret', (client) =>
    audited(client, entry, client.secret.delete({ where: { tenant_name: { tenant, name } }, select: { name: true } })),
  )
  return removed !== null
}
