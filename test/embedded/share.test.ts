import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { PATIENCE_MS } from '../support/patience.ts'
import { makeDataDir, makeEmptyDir, query, serverPid, start, startService } from './harness.ts'

test('two services on one folder share one server, which stops with the last', async () => {
  const dataDir = await makeDataDir()
  const first = startService({ dataDir })
  await first.opened
  const pid = await serverPid(dataDir)
  const second = await start({ dataDir })
  expect(await serverPid(dataDir)).toBe(pid)
  await first.close()
  expect(await query(second.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  expect(await serverPid(dataDir)).toBe(pid)
  await second.close()
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('a service that was killed keeps no server alive', async () => {
  const dataDir = await makeDataDir()
  const first = startService({ dataDir })
  await first.opened
  const second = await start({ dataDir })
  await first.kill()
  // The server reads the end of the killed one's line a moment later.
  await vi.waitFor(async () => expect(await sessions(second.connectionString)).toBe(1), PATIENCE_MS)
  await second.close()
  expect(await serverPid(dataDir)).toBeUndefined()
})

/** How many services have a claim on the server. */
async function sessions(connectionString: string): Promise<unknown> {
  const sql = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'conduit embedded'"
  const [row] = await query(connectionString, sql)
  return row?.['n']
}

test('services that start at the same moment on an empty folder have one database', async () => {
  const dataDir = await makeEmptyDir()
  const services = Array.from({ length: 4 }, () => startService({ dataDir }))
  const own = await start({ dataDir })
  const opened = await Promise.all(services.map((service) => service.opened))
  const identify =
    'SELECT system_identifier::text AS id, pg_postmaster_start_time()::text AS since FROM pg_control_system()'
  const expected = await query(own.connectionString, identify)
  for (const { connectionString } of opened) expect(await query(connectionString, identify)).toEqual(expected)
  await Promise.all(services.map((service) => service.close()))
  expect(await query(own.connectionString, identify)).toEqual(expected)
})

test('services that leave at the same moment leave no server', async () => {
  const dataDir = await makeDataDir()
  const servers = await Promise.all([start({ dataDir }), start({ dataDir }), start({ dataDir })])
  await Promise.all(servers.map((server) => server.close()))
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('whoever comes while the last one leaves gets a server that stays', async () => {
  const dataDir = await makeDataDir()
  let before = await start({ dataDir })
  for (let round = 0; round < 15; round++) {
    const [after] = await Promise.all([start({ dataDir }), before.close()])
    expect(await query(after.connectionString, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
    before = after
  }
  await before.close()
  expect(await serverPid(dataDir)).toBeUndefined()
})

test('whoever leaves while the session of one that was killed is still there is the last all the same', async () => {
  const dataDir = await makeDataDir()
  const server = await start({ dataDir })
  const dying = new pg.Client({ connectionString: server.connectionString.replace('/conduit?', '/postgres?') })
  await dying.connect()
  const holds = `FROM pg_locks WHERE locktype = 'advisory' AND granted`
  await dying.query(`SELECT pg_advisory_lock_shared((classid::bigint << 32) | objid::bigint) ${holds}`)
  const closing = server.close()
  // Its own claim is given up, and the other one found.
  await vi.waitFor(async () => expect((await dying.query(`SELECT ${holds}`)).rowCount).toBe(1), {
    timeout: PATIENCE_MS,
    interval: 1,
  })
  await dying.end()
  await closing
  expect(await serverPid(dataDir)).toBeUndefined()
})
