import { expect, test } from 'vitest'
import { createOutbound } from '../../../src/outbound/dispatcher.ts'
import { networkResolver } from '../../../src/outbound/names/networkResolver.ts'
import { get } from '../get.ts'
import { startReceiver } from '../receiver.ts'
import { startNameServer } from './nameServer.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const FILES = { hosts: '/nowhere/hosts', resolv: '/nowhere/resolv.conf' }

test('names that nobody answers keep no other tenant waiting', { timeout: PATIENCE_MS }, async () => {
  await using server = await startNameServer((name) => (name === 'good.test' ? { four: ['127.0.0.1'] } : 'silence'))
  await using receiver = await startReceiver()
  const resolve = networkResolver({ servers: [server.address], files: FILES })
  await using outbound = createOutbound({ allowPrivate: true, resolve })
  let over = 0
  const hostile = Array.from({ length: 64 }, (_, i) =>
    outbound.request(get(`http://${i}.dead.test/`, { tenant: 'hostile', timeoutMs: 15_000 })).then(
      () => expect.unreachable(),
      (error: unknown) => {
        over++
        return error
      },
    ),
  )
  const answer = await outbound.request(get(`http://good.test:${receiver.port}/`, { tenant: 'other' }))
  expect(answer.status).toBe(200)
  expect(over, 'dead names that were given up before the good one was answered').toBe(0)
  expect(await hostile[0]).toMatchObject({ code: 'NAME_NOT_RESOLVED' })
  await outbound.close()
  await Promise.all(hostile)
})
