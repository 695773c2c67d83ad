import { expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { startService } from './process.ts'
import { createRole } from './role.ts'
import { send } from './workload.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test('outages by other names are 503 with Retry-After, each cause is a line of the log, and all pass', async () => {
  await using database = await createTestDatabase()
  await using role = await createRole(database.url)
  await using service = await startService({ DATABASE_URL: role.url, LEASE_SECONDS: '2' })
  const job = { steps: [{ action: 'LOGIC.TRUE' }] }
  const post = () => send(service.url, '/v1/jobs', job)
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role.name}'`
  const faults = [
    { begin: `alter role ${role.name} nologin`, end: `alter role ${role.name} login`, code: '28000' },
    {
      begin: `revoke insert on job from ${role.name}`,
      end: `grant insert on job to ${role.name}`,
      code: '42501',
    },
  ]
  for (const { begin, end, code } of faults) {
    await administer(database.url, begin, cut)
    const away = await vi.waitFor(
      async () => {
        const reply = await post()
        const told = service.lines.filter((line) => line.includes(`"code":"${code}"`))
        expect([reply.status, told.length > 0]).toEqual([503, true])
        return reply
      },
      { timeout: PATIENCE_MS },
    )
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(away.body.detail).not.toContain(role.name)
    await Promise.all(Array.from({ length: 30 }, post))
    await administer(database.url, end)
    await vi.waitFor(async () => expect((await post()).status).toBe(202), { timeout: PATIENCE_MS })
    // However many requests met it.
    expect(service.lines.filter((line) => line.includes(`"code":"${code}"`)).length).toBeLessThanOrEqual(2)
  }
  expect(service.lines.filter((line) => line.includes('a request failed'))).toEqual([])
})
