import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { runJob } from '../../../src/index.ts'
import { SELF_SIGNED } from '../../outbound/certificate.ts'
import { startReceiver, startSocketServer } from '../../outbound/receiver.ts'

/** Runs a job of one HTTP.REQUEST and gives what its step returned. */
async function failureOf(parameters: object): Promise<unknown> {
  const job = { tags: ['HTTP'], steps: [{ action: 'HTTP.REQUEST', parameters }] }
  const { steps = [] } = await runJob(job, { allowPrivate: true })
  expect(steps[0]?.status.name).toBe('UNHANDLED_EXCEPTION')
  return steps[0]?.return_value
}

describe('the type of the error says what went wrong', () => {
  test.each([400, 404, 429, 500, 503])('a status of %d with fail_on_status is HttpStatus%d', async (status) => {
    await using receiver = await startReceiver((response) => response.writeHead(status).end())
    expect(await failureOf({ url: receiver.url, fail_on_status: true })).toEqual({
      type: `HttpStatus${status}`,
      message: `the host answered with status ${status}`,
    })
  })

  test('nobody listens: ConnectionRefused', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ type: 'ConnectionRefused' })
  })

  test('the connection breaks: ConnectionReset', async () => {
    await using server = await startSocketServer((socket) => socket.resetAndDestroy())
    expect(await failureOf({ url: server.url })).toMatchObject({ type: 'ConnectionReset' })
  })

  test('the body breaks off: ConnectionReset', async () => {
    await using server = await startSocketServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nab'),
    )
    expect(await failureOf({ url: server.url })).toMatchObject({ type: 'ConnectionReset' })
  })

  test('a name that is none: HostNotFound', async () => {
    expect(await failureOf({ url: 'http://no-such-host.invalid/' })).toMatchObject({ type: 'HostNotFound' })
  })

  test('a certificate that nobody trusts: CertificateInvalid', async () => {
    const server = createTlsServer(SELF_SIGNED).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      expect(await failureOf({ url: `https://127.0.0.1:${port}/` })).toMatchObject({ type: 'CertificateInvalid' })
    } finally {
      server.close()
      await once(server, 'close')
    }
  })

  test('no TLS at all: TlsFailed', async () => {
    await using receiver = await startReceiver()
    const url = receiver.url.replace('http:', 'https:')
    expect(await failureOf({ url })).toMatchObject({ type: 'TlsFailed' })
  })

  test('no answer in time: TimeoutError', async () => {
    await using server = await startSocketServer(() => {})
    expect(await failureOf({ url: server.url, timeout_seconds: 0.05 })).toMatchObject({ type: 'TimeoutError' })
  })

  test('more than was asked for: ValueTooLarge', async () => {
    await using receiver = await startReceiver((response) => response.end('abc'))
    expect(await failureOf({ url: receiver.url, max_bytes: 2 })).toMatchObject({ type: 'ValueTooLarge' })
  })

  test('no HTTP: InvalidResponse', async () => {
    await using server = await startSocketServer((socket) => socket.end('HELLO\r\n\r\n'))
    expect(await failureOf({ url: server.url })).toMatchObject({ type: 'InvalidResponse' })
  })
})
