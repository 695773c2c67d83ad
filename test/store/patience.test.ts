import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { type DatabaseOptions, openDatabase } from '../../src/store/client.ts'
import { readAddress } from '../../src/store/postgres/address.ts'
import { causeOf } from '../../src/store/postgres/failures.ts'
import { ConnectionPool } from '../../src/store/postgres/pool.ts'
import { statement } from '../../src/store/statement.ts'
import { createTestDatabase } from '../support/database.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

// Who gives up what waits for too long: a statement that only the service had given up would go on on the server, in a
// connection that nobody counts.

const SLEEP = statement({ name: 'sleep', text: 'select pg_sleep(600)' })
const COUNT = statement({ name: 'count', text: 'select count(*) from job' })

function open(url: string, options: Partial<DatabaseOptions>) {
  const database = openDatabase({ connectionString: url, ...options })
  return { database, [Symbol.asyncDispose]: () => database.close() }
}

const codeOf = (query: Promise<unknown>): Promise<string | null> =>
  query.then(
    () => 'it was answered',
    (error: unknown) => causeOf(error).code,
  )

/** How many sessions still do what was asked. */
const asleep = (url: string) =>
  rowsOf(
    url,
    `select pid from pg_stat_activity
     where datname = current_database() and state = 'active' and query = 'select pg_sleep(600)'`,
  )

test('the server gives a statement up first', async () => {
  await using created = await createTestDatabase()
  await using opened = open(created.url, { timeoutMs: 10_000, max: 2 })
  expect(await codeOf(opened.database.query(SLEEP, []))).toBe('57014')
  expect(await asleep(created.url)).toEqual([])
})

test('what waits for a lock is given up long before', async () => {
  await using created = await createTestDatabase()
  await using opened = open(created.url, { max: 2 })
  const { database } = opened
  await using _holder = await lockJobs(created.url)
  expect(await codeOf(database.query(COUNT, []))).toBe('55P03')
  expect(await codeOf(database.pool.query(COUNT.text))).toBe('55P03')
})

async function lockJobs(url: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin; lock table job')
  return { [Symbol.asyncDispose]: () => client.end() }
}

test('a statement that is given up here first, on a line that is silent, is cancelled there', async () => {
  await using created = await createTestDatabase()
  const pool = new ConnectionPool({
    address: readAddress(created.url),
    name: 'patience',
    session: { schema: null, statementMs: 0, lockMs: 0 },
    max: 1,
    answerMs: 2000,
    idleMs: 0,
    onIdleError: () => undefined,
  })
  await using _open = { [Symbol.asyncDispose]: () => pool.close(1000) }
  const asked = codeOf(pool.query({ text: SLEEP.text }))
  await vi.waitFor(async () => expect(await asleep(created.url)).toHaveLength(1), { timeout: PATIENCE_MS })
  expect(await asked).toBe(null)
  await vi.waitFor(async () => expect(await asleep(created.url)).toEqual([]), { timeout: PATIENCE_MS })
})
