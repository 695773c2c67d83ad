import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Migration, MigrationError, readMigrations } from './migrations/files.ts'
import { statementsOf } from './migrations/statements.ts'
import { makeChange, type StepOptions } from './migrations/steps.ts'
import { type Blocker, holdersOf, Patience, type Waiting } from './migrations/waiting.ts'
import { type Address, readAddress } from './postgres/address.ts'
import { answeredWithin, connectTo } from './postgres/connect.ts'
import { refuseReadOnly, WRITABILITY, type Writability } from './postgres/server.ts'
import { sessionText } from './postgres/session.ts'

/** Any constant will do: all that matters is that every replica of Conduit takes the same. */
const LOCK = 7263598147013

/** While another has the lock it is asked for so often. */
const LOCK_AGAIN_MS = 250

/** Whatever takes no work is answered within this. What changes the schema takes as long as it takes. */
const ANSWER_MS = 10_000

/** Who is told of what a migration waits for. */
export type MigrateOptions = {
  /** Told of what is waited for, after 3 s and each 30 s. */
  readonly onWaiting?: (waiting: Waiting) => void
}

/**
 * Brings the schema up to date: plain SQL files, in order of their names, with the bookkeeping of Prisma's own table, so
 * that `prisma migrate deploy` agrees. Looks first: where nothing is missing nothing is locked or written, and a role that
 * may only read and write rows will do. Replicas that start at once wait for each other by a transaction-scoped advisory
 * lock (session locks stay behind in poolers).
 *
 * An empty database gets everything in one transaction. One that others work on is changed statement by statement
 * (migrations/steps.ts); how many of a migration's statements are made is noted with each, so a start that was cut off
 * goes on where it was.
 *
 * Gives the names of what was applied. Throws a `MigrationError` for a server older than 15 and where an applied migration is
 * not the one in the folder, a `ServerUnfit` for one that can't be written.
 */
export async function migrate(connectionString: string, options: MigrateOptions = {}): Promise<string[]> {
  const { onWaiting = () => undefined } = options
  const address = readAddress(connectionString)
  await using stack = new AsyncDisposableStack()
  const migrations = await readMigrations()
  const client = await connect(address, stack)
  const seen = await answeredWithin(client, ANSWER_MS, async () => {
    await checkServer(client)
    return findMissing(client, migrations)
  })
  if (seen.missing.length === 0) return []
  const observer = await connect(address, stack)
  await takeLock(observer, onWaiting)
  await makeBookkeeping(client, address)
  const { missing, fresh } = await findMissing(client, migrations)
  if (fresh) await applyTogether(client, missing)
  else for (const migration of missing) await applyBesideOthers(migration, { client, observer, onWaiting })
  return missing.map(({ name }) => name)
}

async function connect(address: Address, stack: AsyncDisposableStack): Promise<pg.Client> {
  const client = await connectTo(address, { name: 'conduit migrations' })
  stack.defer(() => client.end())
  const patient = { idle_in_transaction_session_timeout: '0' }
  const text = sessionText({ schema: address.schema, statementMs: 0, lockMs: 0, settings: patient })
  await answeredWithin(client, ANSWER_MS, () => client.query(text))
  return client
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number } & Writability>(
    `select current_setting('server_version_num')::int as version, ${WRITABILITY}`,
  )
  const { version = 0, readonly = false, standby = false } = rows[0] ?? {}
  if (version < 150000) throw new MigrationError(`Postgres 15 or newer is needed; this one is ${version / 10000}`)
  refuseReadOnly({ readonly, standby })
}

/** Waits for its turn, and says for whom. The lock goes with the connection. */
async function takeLock(client: pg.Client, onWaiting: (waiting: Waiting) => void): Promise<void> {
  const patience = new Patience(onWaiting)
  const look = async (): Promise<Blocker[] | null> => {
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_xact_lock(${LOCK}) as taken`)
    return rows[0]?.taken ? null : await holdersOf(client, LOCK)
  }
  await answeredWithin(client, ANSWER_MS, () => client.query('begin'))
  for (;;) {
    const holders = await answeredWithin(client, ANSWER_MS, look)
    if (holders === null) return
    patience.tell('the lock that lets one migrate at a time', holders)
    await sleep(LOCK_AGAIN_MS)
  }
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

async function makeBookkeeping(client: pg.Client, { schema }: Address): Promise<void> {
  if (await exists(client, `to_regclass('_prisma_migrations')`)) return
  if (schema !== null && !(await exists(client, `to_regnamespace(${pg.escapeLiteral(pg.escapeIdentifier(schema))})`)))
    await client.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`)
  await client.query(BOOKKEEPING)
}

async function exists(client: pg.Client, what: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(`select ${what} is not null as there`)
  return rows[0]?.there ?? false
}

type Noted = { name: string; checksum: string; finished: boolean }

/** `fresh`: nothing was ever applied, so nobody works there. */
async function findMissing(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<{ missing: Migration[]; fresh: boolean }> {
  if (!(await exists(client, `to_regclass('_prisma_migrations')`))) return { missing: [...migrations], fresh: true }
  const { rows } = await client.query<Noted>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null`,
  )
  const known = new Map(rows.map((row) => [row.name, row]))
  for (const { name, checksum } of migrations) {
    if (known.has(name) && known.get(name)?.checksum !== checksum)
      throw new MigrationError(`the migration ${name} was applied in another form than this version has`)
  }
  return { missing: migrations.filter(({ name }) => known.get(name)?.finished !== true), fresh: known.size === 0 }
}

const NOTE = `
insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
values ($1, $2, $3, case when $4 then clock_timestamp() end, $5)`

async function applyTogether(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  await client.query('begin')
  for (const { name, sql, checksum } of migrations) {
    await client.query(sql)
    await client.query(NOTE, [randomUUID(), checksum, name, true, statementsOf(sql).length])
  }
  await client.query('commit')
}

async function applyBesideOthers({ name, sql, checksum }: Migration, options: StepOptions): Promise<void> {
  const { client } = options
  const of = `migration_name = ${pg.escapeLiteral(name)} and finished_at is null and rolled_back_at is null`
  const { rows } = await client.query<{ made: number }>(
    `select applied_steps_count as made from _prisma_migrations where ${of}`,
  )
  if (rows[0] === undefined) await client.query(NOTE, [randomUUID(), checksum, name, false, 0])
  const statements = statementsOf(sql)
  const made = rows[0]?.made ?? 0
  for (const [i, statement] of statements.entries()) {
    if (i < made) continue
    const noted = `update _prisma_migrations set applied_steps_count = ${i + 1} where ${of}`
    await makeChange(statement, noted, options)
  }
  await client.query(`update _prisma_migrations set finished_at = clock_timestamp() where ${of}`)
}
