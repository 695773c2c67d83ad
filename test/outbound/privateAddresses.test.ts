import { afterEach, describe, expect, test, vi } from 'vitest'
import { createOutbound } from '../../src/outbound/dispatcher.ts'
import type { Resolve } from '../../src/outbound/names/resolve.ts'
import { get } from './get.ts'
import { LOCAL_HOSTS } from './hosts.ts'
import { startReceiver } from './receiver.ts'

const LOOPBACK = { address: '127.0.0.1', family: 4 }
const PUBLIC = { address: '93.184.216.34', family: 4 }

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('addresses that are not public', () => {
  test.each(LOCAL_HOSTS)('are never connected to: %s', async (host) => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: false, resolve: async () => [LOOPBACK] })
    await expect(outbound.request(get(`http://${host}:${receiver.port}/`))).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    })
    expect(receiver.connections()).toBe(0)
  })

  test.each<[string, Resolve]>([
    ['leads to loopback', async () => [LOOPBACK]],
    ['leads to IPv6 loopback', async () => [{ address: '::1', family: 6 }]],
    ['leads to a mapped address', async () => [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['leads to a public and a private address', async () => [PUBLIC, LOOPBACK]],
  ])('are never connected to through a name that %s', async (_, resolve) => {
    await using receiver = await startReceiver()
    await using outbound = createOutbound({ allowPrivate: false, resolve })
    for (const scheme of ['http', 'https']) {
      const answer = outbound.request(get(`${scheme}://rebound.test:${receiver.port}/`))
      await expect(answer).rejects.toMatchObject({ name: 'AddressRefused', code: 'ADDRESS_REFUSED' })
    }
    expect(receiver.connections()).toBe(0)
  })

  test('are not reached by a redirect', async () => {
    await using inner = await startReceiver()
    await using outer = await startReceiver((response) =>
      response.writeHead(302, { location: `${inner.url}/secret` }).end(),
    )
    await using outbound = createOutbound({ allowPrivate: true })
    const answer = await outbound.request(get(outer.url))
    expect(answer).toMatchObject({ status: 302, headers: { location: `${inner.url}/secret` } })
    expect(inner.connections()).toBe(0)
  })

  test('are not reached through a proxy of the environment', async () => {
    await using proxy = await startReceiver()
    await using receiver = await startReceiver((response) => response.end('direct'))
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
      vi.stubEnv(name, proxy.url)
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    vi.stubEnv('NO_PROXY', '')
    vi.stubEnv('no_proxy', '')
    await using outbound = createOutbound({ allowPrivate: true })
    const answer = await outbound.request(get(receiver.url))
    expect(answer.body.toString()).toBe('direct')
    expect(proxy.connections()).toBe(0)
  })
})
