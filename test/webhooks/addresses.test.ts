import { expect, test } from 'vitest'
import { createOutbound } from '../../src/outbound/dispatcher.ts'
import { attemptDelivery } from '../../src/webhooks/attempt.ts'
import type { ComposedMessage } from '../../src/webhooks/compose.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { SECRET } from './delivery.ts'

const MESSAGE = { tenant: 'default', id: 'msg_1' }

const composedFor = (url: string): ComposedMessage => ({
  kind: 'composed',
  url,
  secrets: [SECRET],
  body: Buffer.from('{}'),
  failingSince: null,
})

/** One attempt through the guarded way out, with names that lead where the test says. */
async function tryTo(url: string, addresses: readonly string[], allowPrivate = false) {
  const resolved: string[] = []
  await using outbound = createOutbound({
    allowPrivate,
    resolve: async (name) => {
      resolved.push(name)
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  })
  const stop = new AbortController().signal
  const result = await attemptDelivery(composedFor(url), MESSAGE, {
    outbound,
    now: () => Date.now(),
    timeoutMs: 2000,
    stop,
  })
  return { delivered: result?.delivered, error: result?.record.error, resolved }
}

test.each([
  ['this machine', ['127.0.0.1']],
  ['a private network', ['10.0.0.8']],
  ['the metadata service', ['169.254.169.254']],
  ['a public address and a private one', ['93.184.215.14', '192.168.0.1']],
  ['IPv4 in IPv6', ['::ffff:127.0.0.1']],
  ['a unique local address', ['fd00::1']],
])(
  'a name that leads to %s by the time of the connection is refused, and nobody is visited',
  async (_what, addresses) => {
    await using receiver = await startReceiver()
    const { delivered, error } = await tryTo(`http://hooks.example:${receiver.port}/`, addresses)
    expect([delivered, error]).toEqual([
      false,
      expect.stringMatching(/^hooks.example is no public address.*WEBHOOK_ALLOW_PRIVATE/),
    ])
    expect(receiver.connections()).toBe(0)
  },
)

test('a name is resolved once an attempt: what was judged is what is connected to', async () => {
  await using receiver = await startReceiver()
  const { delivered, resolved } = await tryTo(`http://hooks.example:${receiver.port}/`, ['127.0.0.1'], true)
  expect([delivered, resolved]).toEqual([true, ['hooks.example']])
})

test("the environment's proxies are not used", async () => {
  await using proxy = await startReceiver()
  await using receiver = await startReceiver()
  const before = { ...process.env }
  Object.assign(process.env, { http_proxy: proxy.url, HTTP_PROXY: proxy.url, NODE_USE_ENV_PROXY: '1' })
  const { delivered } = await tryTo(receiver.url, [], true)
  process.env = before
  expect([delivered, proxy.connections(), receiver.visits.length]).toEqual([true, 0, 1])
})
