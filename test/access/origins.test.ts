import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { OriginRules } from '../../src/http/auth/origins.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { startKeyed } from './keyring.ts'

const statusOf = async (service: TestConduit, host: string, url = '/v1/jobs') =>
  (await service.request('GET', url, undefined, { host })).status

describe('a service without keys', () => {
  test('answers to loopback and to its HOST, and to no other name', async () => {
    await using service = await startConduit()
    for (const host of [
      'localhost',
      'LOCALHOST:3000',
      'a.localhost',
      '127.0.0.1:1',
      '127.8.9.1',
      '[::1]:3000',
      'localhost.',
    ])
      expect([host, await statusOf(service, host)]).toEqual([host, 200])
    for (const host of [
      'evil.test',
      'localhost.evil.test',
      '10.0.0.1',
      '0.0.0.0',
      '[::2]',
      'evil.test:80',
      'a b',
      '127.evil.test',
      'user@localhost',
      'localhost/x',
      'localhost?evil.test',
      'localhost#evil.test',
    ])
      expect([host, await statusOf(service, host)]).toEqual([host, 403])
    const { body } = await service.request('GET', '/docs', undefined, { host: 'evil.test:3000' })
    expect([body.type, body.detail]).toEqual(['/problems/forbidden', expect.stringContaining('ALLOWED_HOSTS')])
  })

  test('takes the name of a whole URL in place of Host', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const { hostname, port } = new URL(await service.conduit.listen())
    const asked = async (path: string): Promise<number | undefined> => {
      const request = get({ hostname, port, path, headers: { host: 'localhost', connection: 'close' } })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }
    expect(await asked('http://localhost:1/v1/jobs')).toBe(200)
    expect(await asked('HTTP://evil.test/v1/jobs')).toBe(403)
    expect(await asked('http://localhost@evil.test/v1/jobs')).toBe(403)
  })

  test('answers probes by any name', async () => {
    await using service = await startConduit()
    for (const url of ['/livez', '/readyz']) expect(await statusOf(service, 'pod.cluster.local', url)).toBe(200)
    expect(await statusOf(service, 'pod.cluster.local', '/metrics')).toBe(403)
  })

  test('answers to any address where it listens on all, and to the names of ALLOWED_HOSTS and PUBLIC_URL', async () => {
    const settings = {
      HOST: '::',
      ALLOWED_HOSTS: 'conduit.internal, other',
      PUBLIC_URL: 'https://conduit.example.com/x',
    }
    await using service = await startConduit({ settings })
    for (const host of ['10.0.0.1:3000', '[fd00::1]', 'conduit.internal:3000', 'Other', 'conduit.example.com'])
      expect([host, await statusOf(service, host)]).toEqual([host, 200])
    expect(await statusOf(service, 'evil.test')).toBe(403)
  })

  test('refuses to listen where CORS_ORIGINS lets every page in, unless that is meant', async () => {
    const settings = { CORS_ORIGINS: '*', PORT: '0' }
    await using service = await startConduit({ settings })
    await expect(service.conduit.listen()).rejects.toThrow(/CORS_ORIGINS=\* .*make a key first .*ALLOW_ANONYMOUS=true/)
    await using meant = await startConduit({ settings: { ...settings, ALLOW_ANONYMOUS: 'true' } })
    await meant.conduit.listen()
  })
})

test('a service with keys answers by any name: a page that leads its own here has none', async () => {
  await using keyed = await startKeyed()
  expect(await statusOf(keyed.replicas[0] as TestConduit, 'evil.test')).toBe(401)
})

describe('what changes something', () => {
  const rules: Partial<OriginRules> = {
    corsOrigins: ['https://app.example.com'],
    publicUrl: 'https://conduit.example.com',
  }
  const settings = { CORS_ORIGINS: String(rules.corsOrigins), PUBLIC_URL: String(rules.publicUrl) }

  test.each([
    [{}, 409],
    [{ origin: 'http://localhost' }, 409],
    [{ origin: 'http://localhost:80' }, 409],
    [{ origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }, 409],
    [{ origin: 'https://conduit.example.com', 'sec-fetch-site': 'cross-site' }, 409],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://behind.a.proxy' }, 409],
    [{ 'sec-fetch-site': 'none' }, 409],
    [{ origin: 'https://evil.test' }, 403],
    [{ origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
  ])('from %j is %i', async (headers, status) => {
    await using service = await startConduit({ settings })
    const { id } = await service.run({ steps: [] })
    const reply = await service.request('POST', `/v1/jobs/${id}/cancel`, undefined, headers as Record<string, string>)
    expect(reply.status).toBe(status)
    if (status === 403) expect(reply.body.detail).toMatch(/CORS_ORIGINS.*PUBLIC_URL/)
    expect((await service.request('GET', '/v1/jobs', undefined, headers as Record<string, string>)).status).toBe(200)
  })
})
