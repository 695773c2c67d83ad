import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startSocketServer } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { addWebhook, attempts, deliveriesOf, LOCAL } from './delivery.ts'

/** Sends one message to a receiver that answers so, and gives its delivery once it is over. */
async function deliver(answer: (socket: Socket) => unknown) {
  let requests = 0
  await using receiver = await startSocketServer((socket) => {
    requests++
    answer(socket)
  })
  await using service = await startConduit({ settings: { ...LOCAL, WEBHOOK_RETRY_SCHEDULE: '20ms' } })
  const { id } = await addWebhook(service, receiver.url, { events: ['job.finished'] })
  const over = attempts(service.conduit.telemetry, 1, ({ final }) => final)
  await service.run({ steps: [] })
  await over
  const [delivery] = await deliveriesOf(service, id)
  return { requests, state: delivery?.state, codes: delivery?.attempts.map(({ status_code }) => status_code) }
}

test.each<[what: string, answer: (socket: Socket) => unknown]>([
  ['whose body breaks off', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok')],
  [
    'that ends by a reset',
    (socket) => socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 9\r\n\r\n', () => socket.resetAndDestroy()),
  ],
  ['whose chunks are none', (socket) => socket.end('HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')],
  [
    'whose body never ends',
    (socket) => socket.write('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n'),
  ],
  [
    'with an interim answer first',
    (socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'),
  ],
  ['and nothing else', (socket) => socket.end('HTTP/1.1 200 OK\r\n')],
  ['that is reset in its head', (socket) => socket.write('HTTP/1.1 200 OK\r\nx: ', () => socket.resetAndDestroy())],
  [
    'in pieces, with a length and chunks',
    (socket) => {
      socket.setNoDelay(true)
      socket.write('HTTP/1.1 2')
      setTimeout(() => socket.end('00 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'), 20)
    },
  ],
  ['with two lengths', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n')],
  ['with a header that is none', (socket) => socket.end('HTTP/1.1 200 OK\r\nno header\r\n\r\n')],
  ['with too many headers', (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`)],
])('an answer with 2xx %s is a delivery, sent once', async (_, answer) => {
  const { requests, state, codes } = await deliver(answer)
  expect([requests, state, codes?.length]).toEqual([1, 'delivered', 1])
  expect(String(codes?.[0])).toMatch(/^20[0124]$/)
})

test('any other status is on record too, whatever becomes of its body', async () => {
  const broken = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 100\r\n\r\nno'
  expect(await deliver((socket) => socket.end(broken))).toEqual({ requests: 2, state: 'failed', codes: [503, 503] })
})

test('without a final status there is none on record', async () => {
  expect(await deliver((socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n'))).toEqual({
    requests: 2,
    state: 'failed',
    codes: [null, null],
  })
})
