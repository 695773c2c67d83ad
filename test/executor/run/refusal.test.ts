import { expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { administer } from '../../support/databaseServer.ts'

// A database that refuses data it is given: stands for whatever Postgres can't hold, today or in some other version.
const REFUSE = `
create function refuse() returns trigger language plpgsql as $$
begin
  if new.entries::text like '%refuse-me%' then raise exception 'refused' using errcode = '22P05'; end if;
  return new;
end $$;
create trigger refuse before insert on journal for each row execute function refuse();
create trigger refuse_own before insert or update on job for each row execute function refuse()`

const REFUSE_OUTPUT = `
create function refuse_output() returns trigger language plpgsql as $$
begin
  if new.output::text like '%refuse-me%' then raise exception 'refused' using errcode = '54000'; end if;
  return new;
end $$;
create trigger refuse_output before insert or update on job for each row execute function refuse_output()`

const text = (value: string, forced = false) => ({ action: 'TEXT.CREATE', parameters: { value }, forced })
const NAP = { action: 'TIME.SLEEP', parameters: { seconds: 0.01 } }

async function startRefusing(): Promise<TestConduit> {
  const service = await startConduit()
  await administer(service.databaseUrl, REFUSE, REFUSE_OUTPUT)
  return service
}

type Step = { status: { name: string }; return_value: { type: string; message: string } }

test.each([
  ['at once', []],
  ['behind a step with effects', [NAP]],
])('a step whose value the database refuses ends 101, %s; its neighbours lose nothing', async (_where, before) => {
  await using service = await startRefusing()
  const [refused, ...others] = await Promise.all([
    service.run({ steps: [...before, text('a'), text('refuse-me'), text('b'), text('c', true)] }),
    ...Array.from({ length: 20 }, () => service.run({ steps: [...before, text('fine')] })),
  ])
  const steps = (refused?.steps ?? []) as Step[]
  const names = steps.slice(before.length).map(({ status }) => status.name)
  expect(names).toEqual(['DONE', 'UNHANDLED_EXCEPTION', 'SKIPPED', 'DONE'])
  expect(steps[before.length + 1]?.return_value.type).toBe('ValueRefused')
  expect(refused?.failed_step).toBe(String(before.length + 2))
  expect(others.map(({ state }) => state)).toEqual(others.map(() => 'succeeded'))
})

test('an output that the database refuses is left out; the job ends as it did', async () => {
  await using service = await startRefusing()
  for (const steps of [[text('a')], [text('a'), NAP]]) {
    const job = await service.run({ steps, output: 'refuse-me' })
    expect([job.state, job.output, job.omitted]).toEqual(['succeeded', null, ['output']])
  }
})
