import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'

// docs/scaling.md says how the schema is distributed; here the live catalogue is held to it.

const scaling = readFileSync(join(import.meta.dirname, '../../docs/scaling.md'), 'utf8')
const distributed = new Map(
  [...scaling.matchAll(/create_distributed_table\('(\w+)', '(\w+)'/g)].map(([, table = '', column = '']) => [
    table,
    column,
  ]),
)
const copied = [...scaling.matchAll(/create_reference_table\('(\w+)'\)/g)].map(([, table = '']) => table)

/** Rows of these tables are few, so each node can have all of them. */
const FEW = ['api_key', 'bulk', 'replica', 'schedule', 'secret', 'service_secret', 'tenant_limit', 'webhook']

const TABLES = `
select relname as name from pg_class
where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname <> '_prisma_migrations' order by 1`

/** Primary keys and unique indexes, and what foreign keys refer from, each with its columns. */
const KEYS = `
select i.indrelid::regclass::text as name, i.indexrelid::regclass::text as key,
       array(select a.attname::text from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)) as columns
from pg_index i join pg_class c on c.oid = i.indrelid
where i.indisunique and c.relnamespace = 'public'::regnamespace
union all
select f.conrelid::regclass::text, f.conname,
       array(select a.attname::text from pg_attribute a where a.attrelid = f.conrelid and a.attnum = any(f.conkey))
from pg_constraint f where f.contype = 'f' and f.connamespace = 'public'::regnamespace`

type Key = { name: string; key: string; columns: string[] }

async function catalogue(): Promise<{ tables: string[]; keys: Key[] }> {
  await using database = await createTestDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(TABLES)
    const keys = await client.query<Key>(KEYS)
    return { tables: tables.rows.map(({ name }) => name), keys: keys.rows }
  } finally {
    await client.end()
  }
}

test('docs/scaling.md places every table, and copies only small ones', async () => {
  const { tables } = await catalogue()
  expect([...distributed.keys(), ...copied].sort()).toEqual(tables)
  expect([...copied].sort()).toEqual(FEW)
})

test('every primary key, unique index and foreign key contains what its table is distributed by', async () => {
  const { keys } = await catalogue()
  const placed = keys.filter(({ name }) => distributed.has(name))
  expect(placed.length).toBeGreaterThanOrEqual(distributed.size)
  expect(placed.filter(({ name, columns }) => !columns.includes(distributed.get(name) ?? ''))).toEqual([])
})
