import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { IS_ROOT, makeDataDir, makeEmptyDir, NOBODY, query, serverPid, start } from './harness.ts'

test('gives a database in a folder that is not there yet', async () => {
  const { connectionString, folder } = await start({ dataDir: await makeEmptyDir() })
  const [row] = await query(connectionString, `SELECT current_database() AS name, getdatabaseencoding() AS encoding`)
  expect(row).toEqual({ name: 'conduit', encoding: 'UTF8' })
  expect((await stat(join(folder, 'postgres.log'))).mode & 0o777).toBe(0o600)
})

test('keeps what was written', async () => {
  const dataDir = await makeDataDir()
  const first = await start({ dataDir })
  await query(first.connectionString, 'DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 7 AS n')
  await first.close()
  const second = await start({ dataDir })
  expect(second.connectionString).toBe(first.connectionString)
  expect(await query(second.connectionString, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
})

test('is over when close resolves, and may be closed again', async () => {
  const dataDir = await makeDataDir()
  const server = await start({ dataDir })
  await Promise.all([server.close(), server.close()])
  expect(await serverPid(dataDir)).toBeUndefined()
  await expect(query(server.connectionString, 'SELECT 1')).rejects.toThrow()
  await server.close()
})

test('is closed at the end of its scope', async () => {
  const dataDir = await makeDataDir()
  {
    await using server = await start({ dataDir })
    expect(await serverPid(server.folder)).toBeDefined()
  }
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('syncs to disk, compiles nothing, and takes other settings', async () => {
  const dataDir = await makeDataDir()
  const show = `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'jit', 'max_connections') ORDER BY name`
  const first = await start({ dataDir, settings: {} })
  const settings = await query(first.connectionString, show)
  expect(settings.map(({ setting }) => setting)).toEqual(['on', 'off', '100'])
  await first.close()
  const second = await start({ dataDir, settings: { fsync: 'off', max_connections: '20' } })
  const others = await query(second.connectionString, show)
  expect(others.map(({ setting }) => setting)).toEqual(['off', 'off', '20'])
})

test('a setting that Postgres refuses is an error with its words', async () => {
  const dataDir = await makeDataDir()
  const starting = start({ dataDir, settings: { max_connections: 'many' } })
  await expect(starting).rejects.toMatchObject({ code: 'not-started', message: expect.stringContaining(dataDir) })
  await expect(starting).rejects.toThrow('invalid value for parameter "max_connections"')
})

test('listens on a socket that only the server and root can reach, and nowhere else', async () => {
  const { connectionString, folder } = await start({ dataDir: await makeDataDir() })
  expect(await query(connectionString, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
  const { mode, uid } = await stat(join(folder, 'socket'))
  expect(mode & 0o777).toBe(0o700)
  expect(uid).toBe(IS_ROOT ? NOBODY.uid : process.geteuid?.())
})

test.each(['with space, comma and %41', `"quoted" 'twice' + $HOME`, 'ümläut'.repeat(30), 'l'.repeat(200)])(
  'works in a folder named %s',
  async (name) => {
    const dataDir = await makeDataDir(join(name, 'data'))
    const { connectionString, folder } = await start({ dataDir })
    const host = new URL(connectionString).searchParams.get('host') ?? ''
    onTestFinished(() => rm(host, { recursive: true }))
    expect(folder).toBe(dataDir)
    expect(await query(connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  },
)

test('a socket that had to move to the temp folder is as private', async () => {
  const dataDir = await makeDataDir('l'.repeat(200))
  const host = new URL((await start({ dataDir })).connectionString).searchParams.get('host') ?? ''
  onTestFinished(() => rm(host, { recursive: true }))
  expect(Buffer.byteLength(host)).toBeLessThan(90)
  expect((await stat(host)).mode & 0o777).toBe(0o700)
})

test('a socket folder that others can enter is not used', async () => {
  const dataDir = await makeDataDir()
  await rm(join(dataDir, 'socket'), { recursive: true, force: true })
  onTestFinished(() => rm(join(dataDir, 'socket'), { recursive: true }))
  await mkdir(join(dataDir, 'socket'), { mode: 0o755 })
  await expect(start({ dataDir })).rejects.toMatchObject({ code: 'unreachable-folder' })
})

test('what the environment says about other databases does not matter', async () => {
  vi.stubEnv('PGPORT', '1').stubEnv('PGSSLMODE', 'require').stubEnv('PGDATABASE', 'other').stubEnv('PGDATA', '/nowhere')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { connectionString } = await start({ dataDir: await makeDataDir() })
  expect(await query(connectionString, 'SELECT current_database() AS name')).toEqual([{ name: 'conduit' }])
})

test.runIf(process.platform === 'linux')('has a session of its own, which no Ctrl-C reaches', async () => {
  const { folder } = await start({ dataDir: await makeDataDir() })
  const pid = await serverPid(folder)
  const [, , group, session] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  expect([group, session]).toEqual([String(pid), String(pid)])
})

test.runIf(process.platform === 'linux')('is told nothing of our environment', async () => {
  vi.stubEnv('CONDUIT_API_KEY', 'secret')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { folder } = await start({ dataDir: await makeDataDir() })
  const names = (await readFile(`/proc/${await serverPid(folder)}/environ`, 'utf8')).split('\0')
  expect(names.some((line) => line.startsWith('CONDUIT_API_KEY'))).toBe(false)
})
