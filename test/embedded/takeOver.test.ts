import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { IS_ROOT, killServer, livePid, makeDataDir, NOBODY, query, serverPid, start, startService } from './harness.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test('takes over the server of a service that was killed', async () => {
  const dataDir = await makeDataDir()
  const killed = startService({ dataDir })
  const { connectionString } = await killed.opened
  const pid = await serverPid(dataDir)
  await killed.kill()
  expect(await serverPid(dataDir)).toBe(pid)
  const messages: string[] = []
  const server = await start({ dataDir, log: (message) => messages.push(message) })
  expect(server.connectionString).toBe(connectionString)
  expect(await serverPid(dataDir)).toBe(pid)
  expect(messages).toContain(`joined the server that runs on ${dataDir}`)
  await server.close()
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('starts again where service and server were killed, and recovers what was written', async () => {
  const dataDir = await makeDataDir()
  const killed = startService({ dataDir, settings: {} })
  const { connectionString } = await killed.opened
  await query(connectionString, 'DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS n')
  await killed.kill()
  await killServer(dataDir)
  const server = await start({ dataDir })
  expect(await query(server.connectionString, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
})

test('a server that dies under its services is started once more, at the same address', async () => {
  const dataDir = await makeDataDir()
  const first = await start({ dataDir })
  const second = await start({ dataDir })
  const pid = await serverPid(dataDir)
  await killServer(dataDir)
  await vi.waitUntil(async () => await query(first.connectionString, 'SELECT 1').catch(() => false), PATIENCE_MS)
  expect(second.connectionString).toBe(first.connectionString)
  expect(await serverPid(dataDir)).not.toBe(pid)
  await Promise.all([first.close(), second.close()])
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('closing while the server dies leaves none behind', async () => {
  const dataDir = await makeDataDir()
  const server = await start({ dataDir })
  process.kill(await livePid(dataDir), 'SIGKILL')
  await server.close()
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('a claim that was cut is taken again, so that no other service stops the server', async () => {
  const dataDir = await makeDataDir()
  const messages: string[] = []
  const first = await start({ dataDir, log: (message) => messages.push(message) })
  const second = await start({ dataDir })
  const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'conduit embedded'`
  await query(first.connectionString, cut)
  await vi.waitUntil(() => messages.some((message) => message.startsWith('joined')), PATIENCE_MS)
  await second.close()
  expect(await query(first.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
})

test('waits for a server that is still stopping, and starts the next', async () => {
  const dataDir = await makeDataDir()
  const killed = startService({ dataDir })
  const client = new pg.Client({ connectionString: (await killed.opened).connectionString })
  await client.connect()
  const pid = await livePid(dataDir)
  await killed.kill()
  process.kill(pid, 'SIGTERM') // a smart shutdown: it waits for the client
  await vi.waitUntil(
    async () => /stopping/.test(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')),
    PATIENCE_MS,
  )
  const starting = start({ dataDir })
  await client.end()
  expect(await query((await starting).connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  expect(await serverPid(dataDir)).not.toBe(pid)
})

test('a record whose number belongs to another process by now is no server', async () => {
  const dataDir = await makeDataDir()
  // A process of the server's user, as in a container after its restart: that is what Postgres itself falls for.
  const other = spawn('/bin/sleep', ['60'], IS_ROOT ? NOBODY : {})
  onTestFinished(() => void other.kill('SIGKILL'))
  await once(other, 'spawn')
  const socket = join(dataDir, 'socket')
  const head = `${other.pid}\n${join(dataDir, 'postgres')}\n1700000000\n5432\n${socket}\n`
  await writeFile(join(dataDir, 'postgres/postmaster.pid'), `${head}\n  1 2\nready   \n`)
  await writeFile(join(socket, '.s.PGSQL.5432.lock'), head)
  const server = await start({ dataDir })
  expect(await query(server.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  expect(other.exitCode).toBeNull()
})

test.runIf(process.platform === 'linux')('a server that was killed and not buried is no server', async () => {
  const dataDir = await makeDataDir()
  const parent = startService({ dataDir })
  await parent.opened
  const pid = await livePid(dataDir)
  parent.process.kill('SIGSTOP') // it will not ask how its child ended
  process.kill(pid, 'SIGKILL')
  await vi.waitUntil(async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '), PATIENCE_MS)
  const server = await start({ dataDir })
  expect(await query(server.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await parent.kill()
})

test('a folder that was moved under a living server is refused, with its old name', async () => {
  const dataDir = await makeDataDir()
  const killed = startService({ dataDir })
  await killed.opened
  await killed.kill()
  await rename(dataDir, `${dataDir}2`)
  const record = join(`${dataDir}2`, 'postgres/postmaster.pid')
  const text = await readFile(record, 'utf8')
  await writeFile(record, text.replaceAll(dataDir, `${dataDir}2`))
  const starting = start({ dataDir: `${dataDir}2` })
  await expect(starting).rejects.toMatchObject({ code: 'foreign-server', message: expect.stringContaining(dataDir) })
  await rename(`${dataDir}2`, dataDir)
  await killServer(dataDir)
})
