import { expect, test } from 'vitest'
import { Telemetry } from '../../../src/telemetry.ts'
import { startConduit } from '../../support/conduit.ts'
import { administer, rowsOf } from '../../support/databaseServer.ts'

/** Notes for how long a job is put off: at least so, counted from its statement's beginning, and at most so, from its end; moments are kept to the millisecond. */
const NOTE = [
  'create table put_off (least interval, most interval, takeovers int)',
  `create function note() returns trigger language plpgsql as $$ begin
     insert into put_off values
       (new.wake_at - statement_timestamp(), new.wake_at - clock_timestamp(), new.takeovers - old.takeovers);
     return new;
   end $$`,
  `create trigger note after update on job for each row
   when (old.wake_at is null and new.wake_at is not null) execute function note()`,
]

/** No definition that a service wrote looks so: it stands for a bug that breaks whoever takes the job up. */
const BREAKS = `
insert into job (id, tenant, state, journal_rows, due_at, nonce, definition)
values ('breaks', 'default', 'queued', 0, now(), gen_random_uuid(), '42')`

test('a job whose run breaks goes back for five seconds, and that counts as a takeover', async () => {
  const telemetry = new Telemetry()
  const { promise, resolve } = Promise.withResolvers<string>()
  telemetry.on('jobReleased', ({ id, reason }) => resolve(`${id} ${reason}`))
  await using service = await startConduit({ telemetry })
  await administer(service.databaseUrl, ...NOTE, BREAKS)
  expect(await promise).toBe('breaks broken')
  const [first] = await rowsOf(
    service.databaseUrl,
    `select least >= interval '4.999 s' as long, most <= interval '5.001 s' as short, takeovers from put_off limit 1`,
  )
  expect(first).toEqual({ long: true, short: true, takeovers: 1 })
})

/** The cancel of a child whose step is over meets a database that has no memory left. */
const NO_MEMORY = [
  `create function no_memory() returns trigger language plpgsql as $$ begin
     raise exception 'no memory' using errcode = '53200';
   end $$`,
  `create trigger no_memory before update on job for each row
   when (old.cancel_at is null and new.cancel_at is not null) execute function no_memory()`,
]

test('a job whose run meets a database that fails goes back too, and that counts against nobody', async () => {
  const telemetry = new Telemetry()
  const { promise, resolve } = Promise.withResolvers<string>()
  telemetry.on('jobReleased', ({ id, reason }) => resolve(`${id} ${reason}`))
  await using service = await startConduit({ telemetry })
  await administer(service.databaseUrl, ...NO_MEMORY)
  const job = { steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] }
  const impatient = { action: 'FLOW.JOB', parameters: { job }, timeout: '50ms', catch: {} }
  await service.client.jobs.submit({ id: 'parent', steps: [impatient] })
  expect(await promise).toBe('parent orphan')
  const [row] = await rowsOf(service.databaseUrl, "select takeovers from job where id = 'parent'")
  expect(row).toEqual({ takeovers: 0 })
  await administer(service.databaseUrl, 'drop trigger no_memory on job')
  expect((await service.client.jobs.wait('parent')).state).toBe('succeeded')
})
