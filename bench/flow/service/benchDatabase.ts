import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Tenant, tenantOf } from '../../neighbours/tenant.ts'
import { type Contender, startContender } from '../../service/contender.ts'
import { conduit } from '../../service/contenders.ts'
import type { BenchServer } from '../../service/postgres.ts'

/** A database of its own with keys of two tenants. */
export type BenchDatabase = {
  readonly database: string
  readonly keys: { readonly operator: string; readonly busy: string; readonly modest: string }
}

/** A service over such a database, in a process of its own, with its defaults. */
export type Service = AsyncDisposable & {
  readonly pid: number
  readonly url: string
  /** Milliseconds from its start until /readyz says 200. */
  readonly readyIn: number
  /** The tenant that does what is measured. */
  readonly busy: Tenant
  /** Another one. */
  readonly modest: Tenant
}

const SCOPES = ['jobs:read', 'jobs:write']

async function start(database: string, settings: Readonly<Record<string, string>>): Promise<Contender> {
  return await startContender(conduit, {
    DATABASE_URL: database,
    BLOCKS: join(import.meta.dirname, 'blocks.ts'),
    ...settings,
  })
}

/** Makes the database, and the keys as an operator does. */
export async function makeDatabase(server: BenchServer, name: string): Promise<BenchDatabase> {
  const database = await server.database(name)
  await using service = await start(database, {})
  const keyOf = async (asking: string, tenant: string, scopes: string[]): Promise<string> => {
    const wanted = { tenant, name: tenant, scopes }
    const { secret } = (await tenantOf(service.url, asking, '').call('POST', '/v1/keys', wanted)) as { secret: string }
    return secret
  }
  const operator = await keyOf('', 'default', ['admin', 'metrics'])
  const keys = {
    operator,
    busy: await keyOf(operator, 'busy', SCOPES),
    modest: await keyOf(operator, 'modest', SCOPES),
  }
  return { database, keys }
}

export async function startService(
  { database, keys }: BenchDatabase,
  settings: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const began = performance.now()
  await using stack = new AsyncDisposableStack()
  const { url, pid } = stack.use(await start(database, settings))
  while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(5)
  const readyIn = performance.now() - began
  const opened = stack.move()
  return {
    ...{ pid, url, readyIn },
    busy: tenantOf(url, keys.busy, ''),
    modest: tenantOf(url, keys.modest, ''),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** One question to the place's database. */
export async function ask<Row extends pg.QueryResultRow>(
  { database }: BenchDatabase,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
