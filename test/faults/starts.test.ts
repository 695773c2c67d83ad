import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { expect, test, vi } from 'vitest'
import { createConduit } from '../../src/compose/conduit.ts'
import { explainFailure } from '../../src/compose/failure.ts'
import { SELF_SIGNED } from '../outbound/certificate.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { startService } from './process.ts'
import { startProxy } from './proxy.ts'
import { createRole } from './role.ts'

/** What a start that can't be says, in all. */
async function failureOf(url: string): Promise<string> {
  const starting = createConduit({ settings: { DATABASE_URL: url, LOG_LEVEL: 'silent' } })
  const said = starting.then(
    () => 'it started',
    (error: unknown) => explainFailure(error),
  )
  return Promise.race([said, sleep(PATIENCE_MS, 'it neither starts nor ends', { ref: false })])
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

test('a start says where it listens, once', async () => {
  await using database = await createTestDatabase()
  await using service = await startService({ DATABASE_URL: database.url, LOG_LEVEL: 'info' })
  await vi.waitUntil(async () => (await fetch(`${service.url}/readyz`)).ok, PATIENCE_MS)
  expect(service.lines.filter((line) => line.includes(service.url) && line.includes('listen'))).toHaveLength(1)
})

test('a host that says nothing ends the start with the setting and the cause', async () => {
  await using stack = new AsyncDisposableStack()
  const sockets: Socket[] = []
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  stack.defer(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  const said = await failureOf(`postgresql://user:secret@127.0.0.1:${port}/name`)
  expect(said).toBe('DATABASE_URL: the server did not answer within 10 s')
})

test.each(['pg_backend_pid() as pid,', 'server_version_num', 'pg_try_advisory_xact_lock'])(
  'so does one that falls silent once it has let us in (at %s)',
  async (statement) => {
    await using database = await createEmptyDatabase()
    await using proxy = await startProxy(database.url)
    proxy.delayAnswerTo(statement)
    expect(await failureOf(proxy.url)).toBe('DATABASE_URL: the server did not answer within 10 s')
  },
)

test('so does one that ends the connection without a word, with what to look at', async () => {
  await using stack = new AsyncDisposableStack()
  const mute = createServer((socket) => void socket.once('data', () => socket.end())).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  stack.defer(() => void mute.close())
  const { port } = mute.address() as AddressInfo
  expect(await failureOf(`postgresql://user:secret@127.0.0.1:${port}/name`)).toMatch(
    /^DATABASE_URL: Connection terminated unexpectedly: see that the server runs, [^\n]*$/,
  )
})

test('so does a disk without room, with what to do', () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, mkdir './data'"), { code: 'ENOSPC' })
  expect(explainFailure(full)).toBe(`${full.message}: make room on that disk, or name a folder on another`)
})

test('so does a server that has no TLS where the URL asks for it', async () => {
  await using database = await createTestDatabase()
  const url = new URL(database.url)
  if (url.searchParams.has('host')) return // a socket has none
  url.searchParams.set('sslmode', 'require')
  expect(await failureOf(url.href)).toMatch(/^DATABASE_URL: [^\n]*SSL/)
})

test('so does a database without a connection to spare', async () => {
  await using database = await createTestDatabase()
  await using role = await createRole(database.url)
  await administer(database.url, `alter role ${role.name} connection limit 0`)
  expect(await failureOf(role.url)).toMatch(
    /^DATABASE_URL: too many connections for role[^\n]*53300[^\n]*no connection is free[^\n]*$/,
  )
})

test('so does a database where transactions are read-only by default', async () => {
  await using database = await createTestDatabase()
  await administer(database.url, `alter database ${nameOf(database.url)} set default_transaction_read_only = on`)
  expect(await failureOf(database.url)).toMatch(
    /^DATABASE_URL: transactions are read-only by default \(default_transaction_read_only[^\n]*$/,
  )
})

test('so does a role that may not come in', async () => {
  await using database = await createTestDatabase()
  await using role = await createRole(database.url)
  await administer(database.url, `alter role ${role.name} nologin`)
  expect(await failureOf(role.url)).toMatch(/^DATABASE_URL: role [^\n]*not permitted to log in[^\n]*28000[^\n]*$/)
})

test('so does a database that is not there', async () => {
  await using database = await createTestDatabase()
  const url = new URL(database.url)
  url.pathname = '/none_of_ours'
  expect(await failureOf(url.href)).toMatch(
    /^DATABASE_URL: database "none_of_ours" does not exist \(3D000\): create[^\n]*$/,
  )
})

test('so does a server whose certificate is of an own authority: the remedies stand there, and no library speaks', async () => {
  await using stack = new AsyncDisposableStack()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write('S') // it has TLS
      const secure = new TLSSocket(socket, { isServer: true, ...SELF_SIGNED })
      secure.on('error', () => undefined)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(() => void server.close())
  const { port } = server.address() as AddressInfo
  const DATABASE_URL = `postgresql://user@127.0.0.1:${port}/name?sslmode=require`
  const said = await startService({ DATABASE_URL }).then(
    () => 'it started',
    (error: Error) => error.message,
  )
  expect(said.trim().split('\n')).toHaveLength(1)
  for (const remedy of ['DATABASE_URL', 'sslrootcert=', 'NODE_EXTRA_CA_CERTS', 'sslmode=no-verify'])
    expect(said).toContain(remedy)
})
