import pg from 'pg'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { createConduit } from '../../src/compose/conduit.ts'
import { openDatabase } from '../../src/store/client.ts'
import { statement } from '../../src/store/statement.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { startService } from './process.ts'
import { createRole } from './role.ts'
import { ask, send } from './workload.ts'

// Other people's Postgres: what their databases, roles and URLs say by default.

const JOB = { steps: [{ action: 'TIME.NOW' }, { action: 'LISTS.APPEND', parameters: { list: [], item: 'é' } }] }

/** What `alter database` or `alter role` may say, and sessions of ours must not follow. */
const UNUSUAL = {
  intervalstyle: 'sql_standard',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  timezone: 'Asia/Kathmandu',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  client_encoding: 'LATIN1',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  jit: 'on',
  statement_timeout: '900ms',
  lock_timeout: '1ms',
  idle_session_timeout: '900ms',
  idle_in_transaction_session_timeout: '900ms',
}

/** What they follow: the operator's own decisions. */
const FOLLOWED = { search_path: 'own, public', synchronous_commit: 'off' }

test.each(['German', 'SQL, DMY'])(
  'a database with datestyle = %s, and whatever else by default, is worked with like any other',
  async (datestyle) => {
    await using database = await createEmptyDatabase()
    const name = new URL(database.url).pathname.slice(1)
    const sets = Object.entries({ ...UNUSUAL, ...FOLLOWED, datestyle })
    await administer(database.url, 'create schema own', ...sets.map((set) => unusual(name, set)))
    const lines: string[] = []
    const failed = vi.fn()
    const telemetry = new Telemetry()
    for (const event of ['databaseFailed', 'statementFailed'] as const) telemetry.on(event, failed)
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
    await using service = await startConduit({ settings: { DATABASE_URL: database.url }, telemetry, log })
    const key = { 'idempotency-key': 'once', prefer: 'wait=60' }
    const first = await service.request('POST', '/v1/jobs', JOB, key)
    const again = await service.request('POST', '/v1/jobs', JOB, key)
    expect([first.status, again.status, again.headers['idempotency-replayed']]).toEqual([200, 200, 'true'])
    expect([first.body.state, again.body.id]).toEqual(['succeeded', first.body.id])
    expect(Math.abs(Date.parse(first.body.created_at) - Date.now())).toBeLessThan(60_000)
    const list = await service.request('GET', '/v1/jobs')
    expect(list.body.data).toMatchObject([{ id: first.body.id, created_at: first.body.created_at }])
    // For longer than an idle session would have here.
    const waits = { steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1500ms' } }] }
    expect((await service.run(waits)).state).toBe('succeeded')
    expect(failed.mock.calls).toEqual([])
    const told = lines.map((line) => JSON.parse(line)).filter(({ settings }) => settings !== undefined)
    expect(told).toMatchObject([{ settings: expect.arrayContaining(['synchronous_commit=off']) }])
    await using stack = new AsyncDisposableStack()
    const store = openDatabase({ connectionString: database.url })
    stack.defer(() => store.close())
    const followed = Object.keys(FOLLOWED)
      .toSorted()
      .map((followedName) => ({ name: followedName }))
    expect((await store.pool.query(INHERITED.text)).rows).toEqual(followed)
    expect(await store.query(INHERITED, [])).toEqual(followed)
  },
)

const unusual = (database: string, [name, value]: readonly [string, string]): string =>
  `alter database ${database} set ${name} = ${name === 'search_path' ? value : pg.escapeLiteral(value)}`

/** What a session has from its database or its role. */
const INHERITED = statement({
  name: 'inherited',
  text: `select name from pg_settings where source in ('database', 'user', 'database user') order by name`,
})

test('two schemas of one database are two services that know nothing of each other', async () => {
  await using database = await createEmptyDatabase()
  const within = (schema: string): string => {
    const url = new URL(database.url)
    url.searchParams.set('schema', schema)
    return url.href
  }
  await using one = await startConduit({ settings: { DATABASE_URL: within('tenant_a') } })
  await using other = await startConduit({ settings: { DATABASE_URL: within('Tenant "B"') } })
  const { id } = await one.run(JOB)
  expect((await one.request('GET', '/v1/jobs')).body.data).toMatchObject([{ id }])
  expect((await other.request('GET', `/v1/jobs/${id}`)).status).toBe(404)
  expect((await other.run({ ...JOB, id })).state).toBe('succeeded')
  const tables = `select table_schema as schema, count(*)::int from information_schema.tables
                  where table_name in ('job', '_prisma_migrations') group by 1 order by 1`
  expect(await ask(database.url, tables)).toEqual([
    { schema: 'Tenant "B"', count: 2 },
    { schema: 'tenant_a', count: 2 },
  ])
})

test.each([
  ['connection_limit=5', /^DATABASE_URL: [^\n]*connection_limit[^\n]*DATABASE_CONNECTIONS/],
  ['pgbouncer=true', /^DATABASE_URL: [^\n]*pgbouncer/],
  ['pool_timeout=10', /^DATABASE_URL: [^\n]*pool_timeout/],
  ['shema=a', /^DATABASE_URL: [^\n]*shema is not known/],
  ['sslmode=prefer', /^DATABASE_URL: [^\n]*sslmode=prefer/],
  ['sslrootcert=/no/such.pem', /^DATABASE_URL: sslrootcert=\/no\/such.pem can't be read/],
])('a URL with %s is refused in one line that names it', async (parameter, line) => {
  const settings = { DATABASE_URL: `postgresql://user:secret@127.0.0.1:1/name?${parameter}`, LOG_LEVEL: 'silent' }
  await expect(createConduit({ settings })).rejects.toThrow(line)
  await expect(createConduit({ settings })).rejects.not.toThrow('secret')
})

test('several hosts in one URL are refused by name', async () => {
  const settings = { DATABASE_URL: 'postgresql://user@one:5432,two:5433/name', LOG_LEVEL: 'silent' }
  await expect(createConduit({ settings })).rejects.toThrow(
    /^DATABASE_URL: it names several hosts \(one:5432,two:5433\)/,
  )
})

test('a role that may only read and write rows starts a migrated service; one that lacks a migration is told so', async () => {
  await using database = await createTestDatabase()
  await using role = await createRole(database.url)
  {
    await using service = await startConduit({ settings: { DATABASE_URL: role.url } })
    expect((await service.run(JOB)).state).toBe('succeeded')
  }
  await administer(database.url, `delete from _prisma_migrations where migration_name like '%replica_identity'`)
  const settings = { DATABASE_URL: role.url, LOG_LEVEL: 'silent' }
  await expect(createConduit({ settings })).rejects.toThrow(/^DATABASE_URL: must be owner[^\n]*42501[^\n]*grants/)
})

test.each([4, 6])(
  'with a role of %i connections requests queue on what there is, and leases never fail',
  async (limit) => {
    await using database = await createTestDatabase()
    await using role = await createRole(database.url, `connection limit ${limit}`)
    await using service = await startService({ DATABASE_URL: role.url, LEASE_SECONDS: '5' })
    expect(service.lines.some((line) => line.includes('fewer connections may be had'))).toBe(true)
    const posts = Array.from({ length: 60 }, () => send(service.url, '/v1/jobs', JOB))
    const lists = Array.from({ length: 10 }, () => send(service.url, '/v1/jobs'))
    const statuses = (await Promise.all([...posts, ...lists])).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([202, 200]))
    expect(service.lines.filter((line) => line.includes('the database did not answer'))).toEqual([])
  },
)

test('a role whose limit is lowered while it works is lived with: whatever is asked waits for a connection', async () => {
  await using database = await createTestDatabase()
  await using role = await createRole(database.url)
  await using service = await startService({ DATABASE_URL: role.url, LEASE_SECONDS: '5' })
  const ofPool = `usename = '${role.name}' and application_name = 'conduit'`
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where ${ofPool}`
  await administer(database.url, `alter role ${role.name} connection limit 5`, cut)
  await vi.waitFor(async () => expect((await send(service.url, '/v1/jobs', JOB)).status).toBe(202), {
    timeout: PATIENCE_MS,
  })
  const all = async (path: string, body?: object) => {
    const asked = Array.from({ length: 30 }, () => send(service.url, path, body))
    return new Set((await Promise.all(asked)).map(({ status }) => status))
  }
  // These take all the connections that there may be; lists have others.
  const [posts, stats] = await Promise.all([all('/v1/jobs', JOB), all('/v1/stats')])
  expect([posts, stats, await all('/v1/jobs')]).toEqual([new Set([202]), new Set([200]), new Set([200])])
  expect([await all('/v1/schedules'), await all('/v1/stats')]).toEqual([new Set([200]), new Set([200])])
})

test('a role with fewer connections than are needed ends the start in one line', async () => {
  await using database = await createTestDatabase()
  await using role = await createRole(database.url, 'connection limit 3')
  const settings = { DATABASE_URL: role.url, LOG_LEVEL: 'silent' }
  await expect(createConduit({ settings })).rejects.toThrow(/^DATABASE_URL: the role may have 3 connections/)
})
