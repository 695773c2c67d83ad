import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { SELF_SIGNED } from '../outbound/certificate.ts'
import { createTestDatabase } from '../support/database.ts'
import { startService } from './process.ts'
import { dial } from './proxy.ts'
import { send } from './workload.ts'

/** A database as one is reached by TLS alone: what does not ask for it is cut off. Counts connections that were encrypted. */
async function startTls(databaseUrl: string): Promise<AsyncDisposable & { readonly url: URL; encrypted(): number }> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let encrypted = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined) // `close` follows
    socket.once('data', (request) => {
      if (request.readInt32BE(4) !== SSL_REQUEST) return socket.destroy()
      socket.write('S')
      const secure = new TLSSocket(socket, { isServer: true, ...SELF_SIGNED })
      const upstream = dial(target)
      sockets.add(upstream)
      secure.on('secure', () => encrypted++)
      for (const [one, other] of [
        [secure, upstream],
        [upstream, secure],
      ] as const) {
        one.on('error', () => undefined)
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = new URL(target)
  url.searchParams.delete('host')
  url.host = `localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    encrypted: () => encrypted,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const SSL_REQUEST = 80_877_103

test.each<[how: string, parameters: object, settings: object]>([
  ['sslmode=require and sslrootcert', { sslmode: 'require', sslrootcert: 'FILE' }, {}],
  ['sslrootcert alone', { sslrootcert: 'FILE' }, {}],
  ['sslmode=verify-full and NODE_EXTRA_CA_CERTS', { sslmode: 'verify-full' }, { NODE_EXTRA_CA_CERTS: 'FILE' }],
  ['sslmode=no-verify', { sslmode: 'no-verify' }, {}],
])('a server with a certificate of an own authority works by %s, and no library speaks', async (_, given, more) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-tls-'))
  const file = join(folder.path, 'authority.pem')
  await writeFile(file, SELF_SIGNED.cert)
  await using database = await createTestDatabase()
  await using tls = await startTls(database.url)
  const filled = (values: object) =>
    Object.entries(values).map(([name, value]) => [name, value === 'FILE' ? file : value])
  for (const [name, value] of filled(given)) tls.url.searchParams.set(name, value)
  await using service = await startService({
    DATABASE_URL: tls.url.href,
    LEASE_SECONDS: '15',
    ...Object.fromEntries(filled(more)),
  })
  const job = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 0.01 } }] }
  const ended = await send(service.url, '/v1/jobs', job, { prefer: 'wait=8' })
  expect([ended.status, ended.body.state]).toEqual([200, 'succeeded'])
  expect(await service.end('SIGTERM')).toBe(0)
  expect(tls.encrypted()).toBeGreaterThan(3)
  expect(service.lines.filter((line) => /warning|deprecat/i.test(line))).toEqual([])
})
