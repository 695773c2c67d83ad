import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { makeKey } from '../../src/access/keyText.ts'
import { Keyring } from '../../src/access/keyring.ts'
import { Telemetry } from '../../src/telemetry.ts'
import type { TestConduit } from '../support/conduit.ts'
import { openStream } from '../support/eventStream.ts'
import { type Asker, asks, type Keyed, putKey, startKeyed } from './keyring.ts'
import { createTestDatabase } from '../support/database.ts'
import { PATIENCE_MS, slowness } from '../support/patience.ts'

let keyed: Keyed
let service: TestConduit
let admin: Asker
beforeAll(async () => {
  keyed = await startKeyed({ settings: { PORT: '0' } })
  service = keyed.replicas[0] as TestConduit
  admin = await keyed.key({ scopes: ['admin'] })
})
afterAll(() => keyed[Symbol.asyncDispose]())

/** The database's clock and this process's are of one machine, to the millisecond or so. */
const CLOCKS_APART_MS = 50

/** Meanwhile it is made, asked with, and a stream is opened by it. */
const LIFE_MS = 1500 * slowness()

const soon = (ms: number) => new Date(Date.now() + ms).toISOString()
const make = async (input: object) =>
  (await admin('POST', '/v1/keys', { name: 'a', scopes: ['jobs:read'], ...input })).body

describe('a key that expires', () => {
  test('opens nothing from then on, and what it opened is cut off', async () => {
    const expires_at = soon(LIFE_MS)
    const key = await make({ expires_at, scopes: ['jobs:read', 'jobs:write'] })
    expect(key.expires_at).toBe(expires_at)
    const ask = asks(service, key.secret)
    const steps = [{ action: 'TIME.SLEEP', parameters: { seconds: 60 } }]
    const { body: job } = await ask('POST', '/v1/jobs', { steps })
    const url = `${await service.conduit.listen()}/v1/jobs/${job.id}/events`
    await using stream = await openStream(url, { headers: { authorization: `Bearer ${key.secret}` } })
    expect(stream.status).toBe(200)
    await stream.rest().catch(() => undefined)
    await vi.waitFor(async () => expect((await ask('GET', '/v1/jobs')).status).toBe(401), PATIENCE_MS)
    await asks(service, (await putKey(keyed.database)).text)('POST', `/v1/jobs/${job.id}/cancel`)
  })

  test('is refused from its very end on, in words of its own, however lately it was good', async () => {
    const expires_at = soon(LIFE_MS)
    const key = await make({ expires_at })
    const ask = asks(service, key.secret)
    const until = Date.parse(expires_at)
    let good = 0
    for (;;) {
      const asked = Date.now()
      const { status, body } = await ask('GET', '/v1/me')
      if (status === 401) {
        expect(body).toMatchObject({ type: '/problems/unauthorized', detail: 'the key has expired' })
        break
      }
      good++
      expect(asked).toBeLessThan(until + CLOCKS_APART_MS)
    }
    expect(good).toBeGreaterThan(0)
    const begun = await service.request('POST', '/v1/session', { key: key.secret })
    expect([begun.status, begun.body.detail]).toEqual([401, 'the key has expired'])
    await admin('PATCH', `/v1/keys/${key.id}`, { expires_at: soon(60_000) })
    expect((await ask('GET', '/v1/me')).status).toBe(200)
  })

  test.each(['yesterday', '2020-01-01T00:00:00Z', '2030-02-30T00:00:00Z', 5])(
    'is not made to end at %j',
    async (expires_at) => {
      const { status, body } = await admin('POST', '/v1/keys', { name: 'a', scopes: ['jobs:read'], expires_at })
      expect([status, body.errors[0].pointer]).toEqual([422, '/expires_at'])
    },
  )

  test('can be told so later, or no more, and be named anew', async () => {
    const { id } = await make({ expires_at: soon(60_000) })
    const changed = await admin('PATCH', `/v1/keys/${id}`, { name: 'b', expires_at: null })
    expect(changed.body).toMatchObject({ id, name: 'b', expires_at: null })
    expect((await admin('PATCH', `/v1/keys/${id}`, { scopes: ['admin'] })).status).toBe(422)
    expect((await admin('PATCH', '/v1/keys/nobody', { name: 'b' })).status).toBe(404)
    const { data } = (await admin('GET', '/v1/audit?action=key.changed')).body
    expect(data[0]).toMatchObject({ subject: id, details: { name: 'b', expires_at: null } })
  })
})

describe('a rotated key', () => {
  test('keeps its id; both secrets open until the overlap is over', async () => {
    const { id, secret } = await make({})
    const rotated = await admin('POST', `/v1/keys/${id}/rotate`, { overlap_seconds: 60 })
    expect([rotated.status, rotated.headers['cache-control'], rotated.body.id]).toEqual([200, 'no-store', id])
    for (const text of [secret, rotated.body.secret])
      expect((await asks(service, text)('GET', '/v1/jobs')).status).toBe(200)
    const again = await admin('POST', `/v1/keys/${id}/rotate`, { overlap_seconds: 0 })
    for (const text of [secret, rotated.body.secret])
      expect((await asks(service, text)('GET', '/v1/jobs')).status).toBe(401)
    expect((await asks(service, again.body.secret)('GET', '/v1/jobs')).status).toBe(200)
    expect((await admin('GET', '/v1/audit?action=key.rotated')).body.data).toHaveLength(2)
  })

  test('holds its old secret for an hour where nothing is said, for a week at most', async () => {
    const { id, secret } = await make({})
    expect((await admin('POST', `/v1/keys/${id}/rotate`)).status).toBe(200)
    expect((await asks(service, secret)('GET', '/v1/jobs')).status).toBe(200)
    for (const overlap_seconds of [-1, 604_801, 1.5, '1'])
      expect((await admin('POST', `/v1/keys/${id}/rotate`, { overlap_seconds })).status).toBe(422)
  })
})

test('a revoked key is shown, and nothing of it changes any more', async () => {
  const { id } = await make({})
  await admin('DELETE', `/v1/keys/${id}`)
  const revoked = await admin('GET', `/v1/keys/${id}`)
  const changes = [
    await admin('PATCH', `/v1/keys/${id}`, { name: 'other', expires_at: null }),
    await admin('POST', `/v1/keys/${id}/rotate`),
  ]
  const detail = `there is no key ${id}, or it is revoked`
  expect(changes.map(({ status, body }) => [status, body.detail])).toEqual([404, 404].map((status) => [status, detail]))
  expect((await admin('DELETE', `/v1/keys/${id}`)).status).toBe(204)
  expect((await admin('GET', `/v1/keys/${id}`)).body).toEqual(revoked.body)
})

test('a key that is bound to definitions submits no steps of its own', async () => {
  const { secret, definitions } = await make({ scopes: ['jobs:write'], definitions: ['refund', 'mail-*'] })
  expect(definitions).toEqual(['refund', 'mail-*'])
  const { status, body } = await asks(service, secret)('POST', '/v1/jobs', { steps: [] })
  expect([status, body.type, body.detail]).toEqual([
    403,
    '/problems/forbidden',
    expect.stringContaining('refund, mail-*'),
  ])
})

test('a key is not bound to what no definition can be called', async () => {
  for (const name of ['Bad Name', '', '-refund', 'mail/*', 'a'.repeat(64)]) {
    const asked = { name: 'a', scopes: ['jobs:write'], definitions: ['refund', name] }
    const { status, body } = await admin('POST', '/v1/keys', asked)
    const error = { pointer: '/definitions/1', detail: expect.stringContaining('the name of a definition') }
    expect([name, status, body.errors]).toEqual([name, 422, [error]])
  }
})

test('a key that is bound to definitions does not learn which others there are', async () => {
  const writer = await keyed.key({ scopes: ['definitions:write'] })
  expect((await writer('PUT', '/v1/definitions/hidden', { steps: [] })).status).toBe(201)
  const { secret } = await make({ scopes: ['jobs:write'], definitions: ['refund'] })
  for (const definition of ['hidden', 'nowhere']) {
    const { status, body } = await asks(service, secret)('POST', '/v1/jobs', { definition })
    expect([status, body.detail]).toEqual([403, `the key is bound to other definitions than ${definition}: refund`])
  }
})

test('the admin of a tenant gives nobody the metrics of all tenants', async () => {
  const of = await keyed.key({ tenant: 'acme', scopes: ['admin'] })
  const { status, body } = await of('POST', '/v1/keys', { name: 'a', scopes: ['metrics'] })
  expect([status, body.detail]).toEqual([403, expect.stringContaining('metrics')])
  expect((await admin('POST', '/v1/keys', { name: 'a', scopes: ['metrics'], tenant: 'acme' })).status).toBe(201)
})

test('keys that are made up cost one statement at a time, and are counted', async () => {
  await using stack = new AsyncDisposableStack()
  const database = openDatabase({ connectionString: service.databaseUrl, max: 2 })
  stack.defer(() => database.close())
  let statements = 0
  const counting = {
    ...database,
    query: ((statement, values) => {
      if (statement.name === 'keys-find') statements++
      return database.query(statement, values)
    }) as typeof database.query,
  }
  const telemetry = new Telemetry()
  let refused = 0
  telemetry.on('keyRefused', () => refused++)
  const keyring = await Keyring.open({ database: counting, telemetry })
  stack.defer(() => keyring.close())
  const answers = await Promise.all(Array.from({ length: 400 }, () => keyring.identify(makeKey().text)))
  expect(new Set(answers)).toEqual(new Set(['unknown']))
  expect([refused, statements]).toEqual([400, expect.toSatisfy((n: number) => n <= 3)])
})

test('the first key closes the service at once where it was made, also while a look from before it is under way', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const database = openDatabase({ connectionString: url, max: 2 })
  stack.defer(() => database.close())
  let answered = Promise.withResolvers<void>()
  let given: Promise<void> = Promise.resolve()
  const slow = {
    ...database,
    query: (async (statement, values) => {
      const rows = await database.query(statement, values)
      if (statement.name !== 'key-any') return rows
      answered.resolve()
      await given
      return rows
    }) as typeof database.query,
  }
  const keyring = await Keyring.open({ database: slow, telemetry: new Telemetry() })
  stack.defer(() => keyring.close())
  const gate = Promise.withResolvers<void>()
  answered = Promise.withResolvers()
  given = gate.promise
  const before = keyring.look()
  await answered.promise
  await putKey(database)
  const made = keyring.made()
  expect(await keyring.identify(null)).toBe('unknown')
  gate.resolve()
  await Promise.all([before, made])
  expect(keyring.closed).toBe(true)
})
