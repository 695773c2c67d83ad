import { expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import type { JobWire } from '../../src/wire/job.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { createTestDatabase } from '../support/database.ts'
import { addWebhook, attempts, LOCAL, verified } from '../webhooks/delivery.ts'
import { ask, until } from './workload.ts'

const LATER = '2100-01-01T00:00:00Z'
const ENTRY = (entry: string, id: string): string => `
  delete from journal where job_id = '${id}';
  insert into journal (job_id, tenant, number, first_seq, told, entries) values ('${id}', 'default', 1, 1, 1, '${entry}');
  update job set journal_rows = 1, last_seq = 1 where id = '${id}'`
const DEFINITION = (json: string, id: string): string => `update job set definition = '${json}' where id = '${id}'`

/** What can't be read, and how it comes to be so. */
const DAMAGES: Readonly<Record<string, (id: string) => string>> = {
  'a definition without steps': (id) => DEFINITION('{}', id),
  'a definition that is no object': (id) => DEFINITION('[]', id),
  'a step that is none': (id) => DEFINITION('{"steps":[null]}', id),
  'a version that is not there': (id) => DEFINITION('{"definition":{"name":"x","version":3,"apart":true}}', id),
  'an entry of a kind that there is not': (id) => ENTRY('[["what",1,2]]', id),
  'entries that are no list': (id) => ENTRY('{"a":1}', id),
  'an entry of a step that there is not': (id) => ENTRY('[["step","7/8/9",3,2,1,0,0,null]]', id),
  'a large entry that is no list': (id) =>
    `${ENTRY('{"a":1}', id)}; update journal set path = '1' where job_id = '${id}'`,
}

/** A job that is to begin later, damaged before it does. */
async function damage({ databaseUrl, client }: TestConduit, id: string, sql: string): Promise<void> {
  await client.jobs.submit({ id, run_at: LATER, steps: [{ action: 'LOGIC.TRUE' }] })
  await ask(databaseUrl, sql)
}

const begin = ({ databaseUrl }: TestConduit): Promise<unknown> =>
  ask(databaseUrl, 'update job set wake_at = clock_timestamp() where wake_at is not null')

const untilAllOver = ({ databaseUrl }: TestConduit): Promise<void> =>
  until(
    databaseUrl,
    `select count(*) filter (where finished_at is null) = 0 as holds from job where id like 'damaged%'`,
  )

test('a job of which nothing can be read is given up after MAX_TAKEOVERS, says so in lists, and can be deleted', async () => {
  await using service = await startConduit({ settings: { MAX_TAKEOVERS: '1' } })
  const ids = Object.keys(DAMAGES).map((_, i) => `damaged-${i}`)
  for (const [i, sql] of Object.values(DAMAGES).entries()) await damage(service, `damaged-${i}`, sql(`damaged-${i}`))
  await begin(service)
  await untilAllOver(service)
  const { body } = await service.request('GET', '/v1/jobs?error_type=GivenUp&order=created_at')
  const told = body.data.map((job: JobWire) => [job.id, job.state, job.failed_step, job.error?.step, job.error?.type])
  expect(told).toEqual(ids.map((id) => [id, 'failed', null, '', 'GivenUp']))
  const removed = await Promise.all(ids.map((id) => service.request('DELETE', `/v1/jobs/${id}`)))
  expect(removed.map(({ status }) => status)).toEqual(ids.map(() => 204))
})

test('secret local values that can not be read fail the step that needs them, and no other', async () => {
  await using service = await startConduit()
  const steps = [{ action: 'LOGIC.TRUE' }, { action: 'TEXT.IS_ALPHA', parameters: { text: '{< token >}' } }]
  const job = { id: 'damaged-sealed', run_at: LATER, local_values: { token: '***' }, steps }
  await service.client.jobs.submit(job)
  await ask(service.databaseUrl, `update job set sealed_inputs = 'garbage' where id = 'damaged-sealed'`)
  await begin(service)
  await untilAllOver(service)
  const { body } = await service.request('GET', '/v1/jobs/damaged-sealed')
  expect([body.failed_step, body.error]).toMatchObject(['2', { message: expect.stringContaining('is damaged') }])
})

test('one that was cancelled ends as cancelled; its end is told to webhooks, and to the parent of a child', async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: { ...LOCAL, MAX_TAKEOVERS: '1' } })
  await addWebhook(service, receiver.url, { events: ['job.finished'] })
  const job = { steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] }
  const step = { action: 'FLOW.JOB', parameters: { id: 'damaged-child', job } }
  await service.client.jobs.submit({ id: 'parent', steps: [step] })
  await service.client.jobs.submit({ id: 'damaged-cancelled', ...job })
  await until(
    service.databaseUrl,
    `select count(*) = 2 as holds from job where state = 'waiting' and id like 'damaged%'`,
  )
  await ask(service.databaseUrl, `update journal set entries = '[["what",1,2]]' where job_id like 'damaged%'`)
  const told = attempts(service.conduit.telemetry, 3)
  await begin(service)
  await service.request('POST', '/v1/jobs/damaged-cancelled/cancel')
  await untilAllOver(service)
  const { body: parent } = await service.request('GET', '/v1/jobs/parent?wait=30')
  expect([parent.state, parent.steps[0].return_value]).toMatchObject(['failed', { type: 'JobFailed' }])
  const { body } = await service.request('GET', '/v1/jobs?state=cancelled')
  expect(body.data).toMatchObject([{ id: 'damaged-cancelled', failed_step: null, error: null }])
  await told
  const ends = receiver.visits.map((visit) => verified(visit).data.job).map(({ id, state }) => `${id} ${state}`)
  expect(ends.toSorted()).toEqual(['damaged-cancelled cancelled', 'damaged-child failed', 'parent failed'])
})

test('a message about what can not be read fails by itself: those beside it are delivered', async () => {
  await using database = await createTestDatabase()
  const settings = { ...LOCAL, DATABASE_URL: database.url, WEBHOOK_RETRY_SCHEDULE: '1h' }
  let status = 500
  await using receiver = await startReceiver((response) => response.writeHead(status).end())
  const ids = ['damaged-definition', 'innocent-1', 'innocent-2']
  let lost = ''
  {
    await using service = await startConduit({ settings })
    await addWebhook(service, receiver.url, { events: ['job.finished'] })
    const tried = attempts(service.conduit.telemetry, ids.length + 1)
    for (const id of ids) await service.run({ id, steps: [{ action: 'LOGIC.TRUE' }] })
    lost = (await addWebhook(service, `${receiver.url}/lost`, { events: ['job.finished'] })).id
    await service.run({ id: 'innocent-3', steps: [{ action: 'LOGIC.TRUE' }] }).then(() => tried)
  }
  status = 200
  await ask(database.url, DEFINITION('{}', 'damaged-definition'))
  await ask(database.url, `update webhook set url = 'nonsense' where id = '${lost}'`)
  await ask(database.url, `update message set state = 'ready', due_at = null, owner = null`)
  await using _service = await startConduit({ settings })
  await until(
    database.url,
    `select count(*) filter (where state not in ('delivered', 'failed')) = 0 as holds from message`,
  )
  const rows = await ask<{ job_id: string; state: string; error: string }>(
    database.url,
    `select job_id, state, attempts -> -1 ->> 'error' as error from message order by endpoint = '${lost}', job_id`,
  )
  expect(rows.map(({ job_id, state, error }) => [job_id, state, error])).toEqual([
    ['damaged-definition', 'failed', expect.stringContaining("can't be read")],
    ['innocent-1', 'delivered', null],
    ['innocent-2', 'delivered', null],
    ['innocent-3', 'delivered', null],
    ['innocent-3', 'failed', expect.stringContaining("URL can't be read")],
  ])
})

const SCHEDULES = { damaged: 'null', wrong: '{"cron":"nonsense","job":{"steps":[]}}' }

test('a schedule that can not be read is stopped, and says why; those that are due with it fire', async () => {
  await using service = await startConduit()
  const content = { every: '1h', job: { steps: [{ action: 'LOGIC.TRUE' }] } }
  for (const name of [...Object.keys(SCHEDULES), 'innocent']) {
    expect((await service.request('PUT', `/v1/schedules/${name}`, content)).status).toBe(201)
  }
  for (const [name, stored] of Object.entries(SCHEDULES))
    await ask(service.databaseUrl, `update schedule set content = '${stored}' where name = '${name}'`)
  await ask(service.databaseUrl, 'update schedule set next_run_at = clock_timestamp()')
  await until(service.databaseUrl, 'select count(*) = 1 as holds from schedule where next_run_at > clock_timestamp()')
  await until(service.databaseUrl, 'select count(*) = 2 as holds from schedule where next_run_at is null')
  const rows = await ask(service.databaseUrl, 'select name, stopped_reason as why from schedule order by name')
  const why = "what is stored of it can't be read"
  expect(rows).toEqual([
    { name: 'damaged', why },
    { name: 'innocent', why: null },
    { name: 'wrong', why },
  ])
  const listed = await service.request('GET', '/v1/schedules')
  expect(listed.body.data).toMatchObject([
    { name: 'damaged', stopped_reason: why },
    { name: 'innocent', stopped_reason: null },
    { name: 'wrong', stopped_reason: why },
  ])
  expect((await service.request('GET', '/v1/schedules/damaged')).status).toBe(200)
  expect((await service.request('PATCH', '/v1/schedules/damaged', { enabled: false })).status).toBe(422)
  expect((await service.request('POST', '/v1/schedules/damaged/trigger')).status).toBe(422)
})

/** What of the sealed secrets of a schedule's job can't be opened, and what is said of it. */
const SECRETS: Readonly<Record<string, [sealed: string, why: RegExp]>> = {
  damaged: ['garbage', /write the schedule again/],
  foreign: ['sealed:2:deadbeef:AAAA', /SECRETS_KEY_OLD/],
}

test("a schedule whose secrets can't be opened says so and is tried seldom, until they are written again", async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  const secret = `whsec_${'x'.repeat(32)}`
  const job = { steps: [{ action: 'LOGIC.TRUE' }], on_job_finish: { url: receiver.url, secret } }
  const put = async (name: string) => {
    const written = await service.request('PUT', `/v1/schedules/${name}`, { every: '1h', job })
    expect(written).toMatchObject({ status: expect.toBeOneOf([200, 201]) })
  }
  for (const [name, [sealed]] of Object.entries(SECRETS)) {
    await put(name)
    await ask(service.databaseUrl, `update schedule set sealed_inputs = '${sealed}' where name = '${name}'`)
  }
  // An interval counts from when it was written: the first firing is due.
  await ask(
    service.databaseUrl,
    "update schedule set written_at = written_at - interval '1 h', next_run_at = written_at",
  )
  await until(service.databaseUrl, 'select count(last_error) = 2 as holds from schedule')
  const rests = "taken_until > clock_timestamp() + interval '30 seconds'"
  expect(await ask(service.databaseUrl, `select bool_and(${rests}) as rests from schedule`)).toEqual([{ rests: true }])
  for (const [name, [, why]] of Object.entries(SECRETS)) {
    const { body } = await service.request('GET', `/v1/schedules/${name}`)
    expect(body).toMatchObject({ stopped_reason: null, last_job_id: null, last_error: expect.stringMatching(why) })
    expect(await service.request('POST', `/v1/schedules/${name}/trigger`)).toMatchObject({ status: 503 })
    await put(name)
  }
  await until(service.databaseUrl, 'select count(last_job_id) = 2 and count(last_error) = 0 as holds from schedule')
})

test('an action on many jobs whose filter can not be read is over, and says that it did nothing', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '0' } })
  const row = `'default', 'b', 'cancel', '[]', 10, 3`
  await ask(service.databaseUrl, `insert into bulk (tenant, id, action, filter, most, matched) values (${row})`)
  await until(service.databaseUrl, 'select finished_at is not null as holds from bulk')
  expect(await ask(service.databaseUrl, 'select done, failed from bulk')).toEqual([{ done: 0, failed: 10 }])
})

test('who asks for the events of a job that can not be read keeps nobody else from theirs', async () => {
  await using service = await startConduit()
  for (const id of ['damaged', 'innocent']) await service.run({ id, steps: [{ action: 'LOGIC.TRUE' }] })
  await ask(service.databaseUrl, DEFINITION('{}', 'damaged'))
  // All in one moment: they are answered together.
  const asked = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? 'damaged' : 'innocent'))
  const replies = await Promise.all(
    asked.map((id, i) => service.request('GET', `/v1/jobs/${id}/events?after=${i - (i % 2)}`)),
  )
  const events = replies.map(({ status }, i) => [asked[i], status])
  expect(events).toEqual(asked.map((id) => [id, id === 'innocent' ? 200 : 500]))
})

/** A job that has ended, as far as the columns beside what can be damaged say it. */
const KNOWN = {
  name: 'n',
  state: 'failed',
  tags: ['t'],
  metadata: { k: 'v' },
  failed_step: '1',
  error: { step: '1', type: 'Failed', message: 'so' },
  created_at: expect.stringMatching(/Z$/),
  finished_at: expect.stringMatching(/Z$/),
}

/** What damages a job that is over, and whether its steps can then not be told. */
const DAMAGES_OF_OVER: Readonly<Record<string, (id: string) => string>> = {
  ...DAMAGES,
  'own entries that are no list': (id) => `update job set entries = '{"a":1}' where id = '${id}'`,
  'variables that are no object': (id) => `update job set variables = '7' where id = '${id}'`,
}

test('a job that is damaged shows all that is known of it, and what is asked of its steps says that it is damaged', async () => {
  await using service = await startConduit()
  const steps = [{ action: 'FLOW.FAIL', parameters: { message: 'so' } }]
  for (const [i, sql] of Object.values(DAMAGES_OF_OVER).entries()) {
    const id = `damaged-${i}`
    await service.run({ id, name: 'n', tags: ['t'], metadata: { k: 'v' }, steps })
    await ask(service.databaseUrl, sql(id))
  }
  for (const [i, how] of Object.keys(DAMAGES_OF_OVER).entries()) {
    const path = `/v1/jobs/damaged-${i}`
    const { status, body } = await service.request('GET', path)
    expect([how, status, body]).toEqual([how, 200, expect.objectContaining({ id: `damaged-${i}` })])
    if (body.omitted?.includes('steps')) expect(body).toMatchObject({ ...KNOWN, steps: [], local_values: {} })
    for (const below of ['/steps', '/steps?parent=*', '/steps/1', '/events', '/definition']) {
      const read = await service.request('GET', path + below)
      if (read.status !== 200) expect([how, below, read.body.type]).toEqual([how, below, '/problems/job-unreadable'])
    }
    const again = await service.request('POST', `${path}/rerun`, { from: '1' })
    if (again.status === 500) expect([how, again.body.type]).toEqual([how, '/problems/job-unreadable'])
  }
  const listed = await service.request('GET', '/v1/jobs?include=steps&id_prefix=damaged')
  expect(listed.body.data).toHaveLength(Object.keys(DAMAGES_OF_OVER).length)
  expect((await service.request('GET', '/v1/stats')).status).toBe(200)
})
