import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { rowsOf } from '../../support/databaseServer.ts'

const SECRETS_KEY = 'a key of the operator, with 32 characters'
const VALUE = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ settings: { SECRETS_KEY } })
})
afterAll(() => service[Symbol.asyncDispose]())

const put = (name: string, given: object) => service.request('PUT', `/v1/secrets/${name}`, given)

describe('a secret', () => {
  test('whose name can be none is refused with what a name is', async () => {
    const detail = 'name must be 2 to 63 letters, digits or _, begin with a letter and not end with _'
    expect(await put('A', { value: VALUE })).toMatchObject({ status: 400, body: { detail } })
  })

  test('is written, shown without its value, listed in order of names and deleted', async () => {
    const given = { value: VALUE, tags: ['PAY'], hosts: ['api.example.com', '*.example.org'], description: 'live' }
    const written = await put('PAY_KEY', given)
    const shown = {
      name: 'PAY_KEY',
      tags: ['PAY'],
      hosts: ['api.example.com', '*.example.org'],
      description: 'live',
      updated_at: expect.any(String),
      last_used_at: null,
    }
    expect([written.status, written.headers['location'], written.body]).toEqual([201, '/v1/secrets/PAY_KEY', shown])
    expect(await put('PAY_KEY', given)).toMatchObject({ status: 200, body: { name: 'PAY_KEY' } })
    await put('Another1', { value: VALUE })
    expect(await service.client.secrets.get('PAY_KEY')).toMatchObject({ tags: ['PAY'] })
    const first = await service.request('GET', '/v1/secrets?limit=1')
    expect(first.body.data).toMatchObject([{ name: 'Another1', tags: [], hosts: null, description: null }])
    const second = await service.request('GET', `/v1/secrets?limit=1&cursor=${first.body.next_cursor}`)
    expect([second.body.data[0].name, second.body.next_cursor]).toEqual(['PAY_KEY', null])
    expect(await service.request('DELETE', '/v1/secrets/Another1')).toMatchObject({ status: 204 })
    for (const method of ['GET', 'DELETE'] as const)
      expect(await service.request(method, '/v1/secrets/Another1')).toMatchObject({ status: 404 })
  })

  test.each<[string, unknown, string]>([
    ['that is too short to be masked', { value: 'seven77' }, '/value'],
    ['without a value', {}, '/value'],
    ['that is no text', { value: 12345678 }, '/value'],
    ['with half a pair of surrogates', { value: 'half a pair \ud800' }, '/value'],
    ['for a URL in place of a host', { value: VALUE, hosts: ['ok.example', 'https://example.com'] }, '/hosts/1'],
    ['for every host by a star', { value: VALUE, hosts: ['*'] }, '/hosts/0'],
    ['for no host at all', { value: VALUE, hosts: [] }, '/hosts'],
    ['with an unknown field', { value: VALUE, host: 'example.com' }, '/host'],
  ])('%s is refused, and its value stands in no answer', async (_name, given, pointer) => {
    const { status, body } = await put('WRONG', given as object)
    expect([status, body.type, body.errors[0].pointer]).toEqual([422, '/problems/invalid-secret', pointer])
    expect(JSON.stringify(body)).not.toMatch(/seven77|12345678|half a pair/)
    expect((await service.request('GET', '/v1/secrets/WRONG')).status).toBe(404)
  })

  test.each(['a', '1ab', 'ab_', 'a-b', 'a'.repeat(64)])('can’t be named %s', async (name) => {
    expect(await put(name, { value: VALUE })).toMatchObject({ status: 400 })
  })

  test('is sealed in the database, with the id of its key, and each writing differs', async () => {
    const sealed = async (): Promise<string> => {
      await put('SEALED', { value: VALUE })
      const [row] = await rowsOf(service.databaseUrl, `select sealed from secret where name = 'SEALED'`)
      return String(row?.['sealed'])
    }
    const first = await sealed()
    expect(first).toMatch(/^sealed:2:[0-9a-f]{8}:/)
    expect(first).not.toContain(VALUE)
    expect(await sealed()).not.toBe(first)
  })

  test('is on the audit log by name, when it is written and when it goes', async () => {
    await put('TOLD', { value: VALUE })
    await service.client.secrets.delete('TOLD')
    const body = await service.client.audit.list({ limit: 2 }).page()
    expect(body.data).toMatchObject([
      { action: 'secret.deleted', subject: 'TOLD' },
      { action: 'secret.written', subject: 'TOLD' },
    ])
    expect(JSON.stringify(body)).not.toContain(VALUE)
  })
})

test('without SECRETS_KEY none is kept, and the answer says what to set', async () => {
  await using closed = await startConduit()
  const { status, body } = await closed.request('PUT', '/v1/secrets/PAY_KEY', { value: VALUE })
  expect([status, body.type]).toEqual([409, '/problems/secrets-closed'])
  expect(body.detail).toContain('SECRETS_KEY')
  expect((await closed.client.secrets.list().page()).data).toEqual([])
})

test('a tenant has no more secrets and schedules than its limits say', async () => {
  await using bounded = await startConduit({ settings: { SECRETS_KEY } })
  await bounded.client.limits.set('default', { secrets: 1, schedules: 1 })
  const write = async (path: string, body: object) => (await bounded.request('PUT', path, body)).status
  const secret = { value: VALUE }
  const schedule = { every: '1d', job: { steps: [] } }
  // The bound that is known to callers without a key is none: keys bring that of their tenant.
  const key = await bounded.client.keys.create({ name: 'all', scopes: ['secrets:write', 'schedules:write'] })
  const authorization = `Bearer ${key.secret}`
  const asked = async (path: string, body: object) =>
    (await bounded.request('PUT', path, body, { authorization })).status
  expect([await asked('/v1/secrets/ONE', secret), await asked('/v1/schedules/one', schedule)]).toEqual([201, 201])
  expect([await asked('/v1/secrets/TWO', secret), await asked('/v1/schedules/two', schedule)]).toEqual([429, 429])
  expect([await asked('/v1/secrets/ONE', secret), await asked('/v1/schedules/one', schedule)]).toEqual([200, 200])
  expect(await write('/v1/secrets/TWO', secret)).toBe(401)
})
