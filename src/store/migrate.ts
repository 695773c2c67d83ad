import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

const FOLDER = join(import.meta.dirname, '../../prisma/migrations')

/** Any constant will do: all that matters is that every replica of Conduit takes the same. */
const LOCK = '7263598147013'

/** The database is not one that this version can work with. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string }

/**
 * Brings the schema up to date: plain SQL files, in order of their names, with the bookkeeping of Prisma's own table, so
 * that `prisma migrate deploy` agrees. All in one transaction under a transaction-scoped advisory lock (session locks
 * stay behind in poolers): replicas that start at once wait for each other, and a failure leaves nothing behind.
 *
 * Throws a `MigrationError` for a server older than 15, and where an applied migration is not the one in the folder.
 */
export async function migrate(connectionString: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString,
    application_name: 'conduit migrations',
    connectionTimeoutMillis: 10_000,
  })
  await client.connect()
  try {
    await checkVersion(client)
    const migrations = await readMigrations()
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    await client.query(BOOKKEEPING)
    const applied = await applyMissing(client, migrations)
    await client.query('commit')
    return applied
  } finally {
    await client.end()
  }
}

async function checkVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
  const version = Number(rows[0]?.server_version_num)
  if (version < 150000) throw new MigrationError(`Postgres 15 or newer is needed; this one is ${version / 10000}`)
}

async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(FOLDER, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** As Prisma makes it. */
const BOOKKEEPING = `
create table if not exists _prisma_migrations (
  id                  varchar(36) primary key not null,
  checksum            varchar(64) not null,
  finished_at         timestamptz,
  migration_name      varchar(255) not null,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'select migration_name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null',
  )
  const known = new Map(rows.map((row) => [row.migration_name, row.checksum]))
  const applied: string[] = []
  for (const migration of migrations) {
    const checksum = known.get(migration.name)
    if (checksum === undefined) {
      await apply(client, migration)
      applied.push(migration.name)
    } else if (checksum !== migration.checksum) {
      throw new MigrationError(`the migration ${migration.name} was applied in another form than this version has`)
    }
  }
  return applied
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query(sql)
  await client.query(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     values ($1, $2, $3, clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  )
}
