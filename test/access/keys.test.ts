import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { SCOPES } from '../../src/wire/access.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { type Asker, asks, putKey } from './keyring.ts'

let service: TestConduit
let database: Database
let admin: Asker
beforeAll(async () => {
  service = await startConduit()
  database = openDatabase({ connectionString: service.databaseUrl, max: 1 })
  const first = await service.request('POST', '/v1/keys', { name: 'first', scopes: SCOPES })
  admin = asks(service, first.body.secret)
})
afterAll(async () => {
  await database.close()
  await service[Symbol.asyncDispose]()
})

const HOUR_MS = 3_600_000

const simple = { steps: [{ action: 'LOGIC.TRUE' }] }

describe('a service with keys', () => {
  test('asks everyone for one: 401 with WWW-Authenticate', async () => {
    const { status, headers, body } = await service.request('POST', '/v1/jobs', simple)
    expect([status, body.type]).toEqual([401, '/problems/unauthorized'])
    expect(headers['www-authenticate']).toBe('Bearer realm="conduit"')
  })

  test.each([
    ['a word', 'Bearer x'],
    ['a well-formed key that nobody made', 'Bearer cdt_2Qm9fK7sVbHe_2Qm9fK7sVbHe'],
    ['another scheme', 'Basic YTpi'],
    ['nothing behind the scheme', 'Bearer '],
  ])('refuses %s', async (_what, authorization) => {
    const { status, headers } = await service.request('GET', '/v1/jobs', undefined, { authorization })
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="conduit", error="invalid_token"'])
  })

  test("refuses another key's secret under a key's id", async () => {
    const [one, two] = [await putKey(database), await putKey(database)]
    const [prefix, id] = one.text.split('_')
    const forged = `${prefix}_${id}_${two.text.split('_')[2]}`
    expect((await asks(service, forged)('GET', '/v1/jobs')).status).toBe(401)
    expect((await asks(service, one.text)('GET', '/v1/jobs')).status).toBe(200)
  })

  test('refuses what the key does not hold with 403, naming the scope', async () => {
    const { text } = await putKey(database, { scopes: ['jobs:read'] })
    const reader = asks(service, text)
    expect((await reader('GET', '/v1/jobs')).status).toBe(200)
    const { status, headers, body } = await reader('POST', '/v1/jobs', simple)
    expect([status, body.type, body.detail]).toEqual([
      403,
      '/problems/forbidden',
      'the key does not hold the scope jobs:write',
    ])
    expect(headers['www-authenticate']).toContain('error="insufficient_scope", scope="jobs:write"')
  })

  test('leaves the probes and the documentation open, and asks for metrics', async () => {
    for (const url of ['/livez', '/readyz', '/openapi.json', '/docs/']) {
      expect([url, (await service.request('GET', url)).status]).toEqual([url, 200])
    }
    expect((await service.request('GET', '/metrics')).status).toBe(401)
    const { text } = await putKey(database, { scopes: ['metrics'] })
    expect((await asks(service, text)('GET', '/metrics')).status).toBe(200)
  })

  test('lets no job carry a tag that the key does not hold, neither posted nor validated', async () => {
    const { text } = await putKey(database, { tags: ['HTTP'] })
    const holder = asks(service, text)
    expect((await holder('POST', '/v1/jobs', { ...simple, tags: ['HTTP'] })).status).toBe(202)
    for (const url of ['/v1/jobs', '/v1/jobs/validate']) {
      const { status, body } = await holder('POST', url, { ...simple, tags: ['HTTP', 'SECRET'] })
      expect([status, body.detail]).toEqual([403, 'the key does not hold the tag SECRET'])
    }
  })
})

describe('/v1/keys', () => {
  test('makes a key whose secret is shown once, and works', async () => {
    const wish = { name: 'ci', scopes: ['jobs:write', 'jobs:read'], tags: ['HTTP'], tenant: 'acme' }
    const { status, headers, body } = await admin('POST', '/v1/keys', wish)
    expect([status, headers['location'], headers['cache-control']]).toEqual([201, `/v1/keys/${body.id}`, 'no-store'])
    expect(body).toMatchObject({ ...wish, last_used_at: null, revoked_at: null })
    expect(body.secret).toMatch(new RegExp(`^cdt_${body.id}_`))
    expect((await asks(service, body.secret)('POST', '/v1/jobs', simple)).status).toBe(202)
    const again = await admin('GET', `/v1/keys/${body.id}`)
    const { secret: _secret, ...shown } = body
    expect(again.body).toEqual(shown)
    const { rows } = await database.pool.query('select * from api_key where id = $1', [body.id])
    expect(JSON.stringify(rows)).not.toContain(body.secret.split('_')[2])
  })

  test.each([
    [{ scopes: ['admin'] }, '/name'],
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['root'] }, '/scopes/0'],
    [{ name: 'x', scopes: ['admin'], tenant: 'a b' }, '/tenant'],
    [{ name: 'x', scopes: ['admin'], secret: 'mine' }, '/secret'],
    [{ name: 'a\0', scopes: ['admin'] }, '/name'],
    [{ name: 'x', scopes: ['admin'], tags: ['\0'] }, ''],
    [[], ''],
  ])('refuses %j with 422 and points at %s', async (wish, pointer) => {
    const { status, body } = await admin('POST', '/v1/keys', wish)
    expect([status, body.type]).toEqual([422, '/problems/invalid-key'])
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  test('lists keys in pages, newest first, of one tenant or all', async () => {
    const ids = []
    for (let i = 0; i < 3; i++) {
      const { id } = await putKey(database, { tenant: 'paged' })
      // Two may come in one millisecond.
      await database.pool.query('update api_key set created_at = created_at + $2 * interval $$1 s$$ where id = $1', [
        id,
        i,
      ])
      ids.unshift(id)
    }
    const first = (await admin('GET', '/v1/keys?tenant=paged&limit=2')).body
    const rest = (await admin('GET', `/v1/keys?tenant=paged&limit=2&cursor=${first.next_cursor}`)).body
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids)
    expect([first.data.length, rest.next_cursor]).toEqual([2, null])
    expect((await admin('GET', '/v1/keys')).body.data.length).toBeGreaterThan(3)
  })

  test('revokes a key at once, shows it as revoked, and knows no key of another form', async () => {
    const { text, id } = await putKey(database)
    expect((await asks(service, text)('GET', '/v1/jobs')).status).toBe(200)
    expect((await admin('DELETE', `/v1/keys/${id}`)).status).toBe(204)
    expect((await asks(service, text)('GET', '/v1/jobs')).status).toBe(401)
    expect((await admin('DELETE', `/v1/keys/${id}`)).status).toBe(204)
    expect((await admin('GET', `/v1/keys/${id}`)).body.revoked_at).not.toBeNull()
    const other = await putKey(database)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * HOUR_MS })
    expect((await admin('DELETE', `/v1/keys/${other.id}`)).status).toBe(204)
    vi.useRealTimers()
    const since = (await admin('GET', `/v1/keys/${other.id}`)).body.revoked_at
    expect(Math.abs(Date.parse(since) - Date.now())).toBeLessThan(HOUR_MS) // the database's clock, not this machine's
    for (const unknown of ['nobody', '0', 'a%00b']) {
      expect((await admin('DELETE', `/v1/keys/${unknown}`)).status).toBe(404)
    }
  })

  test('lets the admin of a tenant manage the keys of that tenant alone', async () => {
    const acme = asks(service, (await putKey(database, { tenant: 'realm', scopes: ['admin'] })).text)
    const foreign = await putKey(database, { tenant: 'elsewhere' })
    expect(
      (await acme('GET', '/v1/keys?tenant=elsewhere')).body.data.map(({ tenant }: { tenant: string }) => tenant),
    ).toEqual(['realm'])
    expect((await acme('GET', `/v1/keys/${foreign.id}`)).status).toBe(404)
    expect((await acme('DELETE', `/v1/keys/${foreign.id}`)).status).toBe(404)
    expect((await acme('POST', '/v1/keys', { name: 'x', scopes: ['admin'], tenant: 'elsewhere' })).status).toBe(403)
    expect((await acme('POST', '/v1/keys', { name: 'x', scopes: ['jobs:read'] })).body.tenant).toBe('realm')
  })

  test('is closed to everyone without the scope admin', async () => {
    const others = SCOPES.filter((scope) => scope !== 'admin')
    const other = asks(service, (await putKey(database, { scopes: others })).text)
    expect((await other('POST', '/v1/keys', { name: 'x', scopes: ['admin'] })).status).toBe(403)
    expect((await other('GET', '/v1/keys')).status).toBe(403)
  })
})

test('when a key was last used is known after a while, without a write per request', async () => {
  const { text, id } = await putKey(database)
  await using other = await startConduit({ settings: { DATABASE_URL: service.databaseUrl } })
  const stored = async () => {
    const row = 'select last_used_at, xmin::text as version from api_key where id = $1'
    return (await database.pool.query(row, [id])).rows[0]
  }
  const versions = new Set<string>()
  for (let i = 0; i < 10; i++) {
    expect((await asks(other, text)('GET', '/v1/jobs')).status).toBe(200)
    versions.add((await stored()).version)
  }
  expect(versions.size).toBeLessThan(10)
  await other.conduit.close()
  expect((await stored()).last_used_at).toBeGreaterThan(0)
})
