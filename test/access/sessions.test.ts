import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestConduit } from '../support/conduit.ts'
import { startConduit } from '../support/conduit.ts'
import { type Keyed, putKey, startKeyed } from './keyring.ts'

let keyed: Keyed
let service: TestConduit
beforeAll(async () => {
  keyed = await startKeyed({}, 2)
  service = keyed.replicas[0] as TestConduit
})
afterAll(() => keyed[Symbol.asyncDispose]())

const CHANGE = { 'x-conduit-session': '1' }

async function signIn(text: string): Promise<{ cookie: string; set: string }> {
  const { status, headers } = await service.request('POST', '/v1/session', { key: text })
  expect(status).toBe(204)
  const set = String(headers['set-cookie'])
  return { set, cookie: set.split(';')[0] ?? '' }
}

describe('a session', () => {
  test('stands for its key, at every replica, without showing it', async () => {
    const { text, id } = await putKey(keyed.database, { tenant: 'acme', scopes: ['jobs:read', 'jobs:write'] })
    const { cookie, set } = await signIn(text)
    expect(set).toMatch(/^conduit_session=[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
    expect(Buffer.from(cookie.split('=')[1] ?? '', 'base64url').toString()).not.toContain(id)
    for (const replica of keyed.replicas) {
      const { body } = await replica.request('GET', '/v1/me', undefined, { cookie: `a=b; ${cookie}` })
      expect(body).toMatchObject({ tenant: 'acme', key: id, scopes: ['jobs:read', 'jobs:write'], open: false })
    }
    expect((await service.request('GET', '/v1/keys', undefined, { cookie })).status).toBe(403)
  })

  test('changes nothing without its header, which no form can send', async () => {
    const { text } = await putKey(keyed.database)
    const { cookie } = await signIn(text)
    const bare = await service.request('POST', '/v1/jobs', { steps: [] }, { cookie })
    expect([bare.status, bare.body.detail]).toEqual([403, expect.stringContaining('X-Conduit-Session: 1')])
    expect((await service.request('POST', '/v1/jobs', { steps: [] }, { cookie, ...CHANGE })).status).toBe(202)
    expect((await service.request('DELETE', '/v1/session', undefined, { cookie })).status).toBe(403)
  })

  test('ends when it is asked to, with its key, and with its time', async () => {
    const { text, id } = await putKey(keyed.database)
    const { cookie } = await signIn(text)
    const out = await service.request('DELETE', '/v1/session', undefined, { cookie, ...CHANGE })
    expect([out.status, out.headers['set-cookie']]).toEqual([
      204,
      expect.stringContaining('conduit_session=; Path=/; Max-Age=0'),
    ])
    const admin = await keyed.key({ scopes: ['admin'] })
    expect((await admin('DELETE', `/v1/keys/${id}`)).status).toBe(204)
    expect((await service.request('GET', '/v1/me', undefined, { cookie })).status).toBe(401)
  })

  test('is not begun by what is no key, and no made-up cookie is one', async () => {
    expect((await service.request('POST', '/v1/session', { key: 'cdt_a_b' })).status).toBe(401)
    expect((await service.request('POST', '/v1/session', { key: 5 })).body.errors).toEqual([
      { pointer: '/key', detail: expect.any(String) },
    ])
    const plain = Buffer.from(JSON.stringify({ keyId: 'a', until: 9e15 })).toString('base64url')
    for (const value of [plain, 'x', Buffer.from('sealed:2:00000000:AAAA').toString('base64url')]) {
      const reply = await service.request('GET', '/v1/me', undefined, { cookie: `conduit_session=${value}` })
      expect(reply.status).toBe(401)
    }
  })

  test('is sent over TLS alone where that is how users come', async () => {
    const { text } = await putKey(keyed.database)
    const settings = { DATABASE_URL: service.databaseUrl, PUBLIC_URL: 'https://conduit.example.com' }
    await using secure = await startConduit({ settings })
    const { headers } = await secure.request('POST', '/v1/session', { key: text })
    expect(headers['set-cookie']).toMatch(/; Secure$/)
  })
})

describe('/v1/me', () => {
  test('tells an open service from a closed one', async () => {
    await using open = await startConduit()
    const { body } = await open.request('GET', '/v1/me')
    expect(body).toMatchObject({
      tenant: 'default',
      key: null,
      open: true,
      version: '0.1.0',
      node: process.versions.node,
    })
    expect(body.postgres).toMatch(/^\d+/)
    expect(Date.parse(body.time)).toBeGreaterThan(0)
    expect((await open.request('POST', '/v1/session', { key: 'x' })).status).toBe(401)
    expect((await service.request('GET', '/v1/me')).status).toBe(401)
  })
})
