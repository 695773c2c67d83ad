import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeEmptyDir, query, readText, serverPid, start } from './harness.ts'

test('without sockets it listens on loopback alone, and lets nobody in without the password of its folder', async () => {
  const { connectionString, folder } = await start({ dataDir: await makeEmptyDir(), transport: 'loopback' })
  const shown = `SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS socket`
  expect(await query(connectionString, shown)).toEqual([{ listen: '127.0.0.1', socket: '' }])
  const password = await readText(join(folder, 'password'))
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600)
  expect(new URL(connectionString).password).toBe(password)
  await expect(query(connectionString.replace(password, 'guess'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  const rules = await query(connectionString, `SELECT DISTINCT auth_method FROM pg_hba_file_rules`)
  expect(rules).toEqual([{ auth_method: 'scram-sha-256' }])
})

test('a second one finds the port and shares the server', async () => {
  const dataDir = await makeEmptyDir()
  const first = await start({ dataDir, transport: 'loopback' })
  const second = await start({ dataDir, transport: 'loopback' })
  expect(second.connectionString).toBe(first.connectionString)
  await Promise.all([first.close(), second.close()])
  expect(await serverPid(dataDir)).toBeUndefined()
})
