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
    // As while a dump is restored over it.
    { begin: 'alter table job rename to dropped', end: 'alter table dropped rename to job', code: '42P01' },
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

/** By what a server, its disk or a pooler refuse a statement, while connections last. */
const REFUSALS = [
  '58030',
  '58P01',
  '53100',
  '53200',
  '55P03',
  '57014',
  '26000',
  '42P05',
  '0A000',
  '40001',
  'XX000',
  'XX001',
]

test('so is whatever a server refuses work by, by whichever code, and one that is no outage is 500', async () => {
  await using database = await createTestDatabase()
  await administer(
    database.url,
    'create table refusal (code text)',
    `create function refuse() returns trigger language plpgsql as $$
     declare code text := (select code from refusal);
     begin
       if code is not null then raise exception 'could not write block 7 of base/1' using errcode = code; end if;
       return new;
     end $$`,
    'create trigger refuse before insert on job for each row execute function refuse()',
  )
  await using service = await startService({ DATABASE_URL: database.url, LEASE_SECONDS: '2' })
  const post = () => send(service.url, '/v1/jobs', { steps: [{ action: 'LOGIC.TRUE' }] })
  for (const code of REFUSALS) {
    await administer(database.url, `insert into refusal values ('${code}')`)
    const { status, headers, body } = await post()
    expect([code, status, Number(headers.get('retry-after')) > 0]).toEqual([code, 503, true])
    expect(body.detail).not.toContain('block')
    await administer(database.url, 'delete from refusal')
    expect([code, (await post()).status]).toEqual([code, 202])
    const told = () => service.lines.filter((line) => line.includes(`"code":"${code}","cause"`))
    await vi.waitFor(() => expect(told()).toHaveLength(1), { timeout: PATIENCE_MS })
  }
  await administer(database.url, `insert into refusal values ('P0001')`)
  expect((await post()).status).toBe(500)
})
