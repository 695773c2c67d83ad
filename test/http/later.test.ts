import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const LATER = '2099-01-04T08:00:00.000Z'
const job = (rest: object) => ({ steps: [{ action: 'LOGIC.TRUE' }], ...rest })

async function scheduled(): Promise<string> {
  const { status, body } = await service.request('POST', '/v1/jobs', job({ run_at: LATER }))
  expect([status, body.state, body.scheduled_for]).toEqual([202, 'scheduled', LATER])
  return `/v1/jobs/${body.id}`
}

/** A job as it is when it is over. */
const over = (path: string) => service.request('GET', `${path}?wait=60`)

test('a job with a moment is scheduled until then, also by a delay; one whose moment is past runs at once', async () => {
  const path = await scheduled()
  expect((await service.request('GET', path)).body).toMatchObject({ state: 'scheduled', started_at: null })
  const delayed = await service.request('POST', '/v1/jobs', job({ delay: '2h' }))
  const dueIn = Date.parse(delayed.body.scheduled_for) - Date.parse(delayed.body.created_at)
  expect([delayed.body.state, dueIn]).toEqual(['scheduled', 7_200_000])
  const { state, scheduled_for: moment } = await service.run(job({ run_at: '2020-02-29T00:00:00+01:00' }))
  expect([state, moment]).toEqual(['succeeded', '2020-02-28T23:00:00.000Z'])
})

test('it is run when its moment comes', async () => {
  const { state, steps } = await service.run(job({ delay: '300ms' }))
  expect([state, steps?.[0]?.return_value]).toEqual(['succeeded', true])
})

test('it can be given another moment while it is scheduled, or none: then it runs at once', async () => {
  const path = await scheduled()
  const moved = await service.request('PATCH', path, { run_at: '2098-05-06T00:00:00Z' })
  expect([moved.status, moved.body.state, moved.body.scheduled_for]).toEqual([
    200,
    'scheduled',
    '2098-05-06T00:00:00.000Z',
  ])
  expect((await service.request('PATCH', path, { run_at: null })).status).toBe(200)
  const { data } = await service.client.audit.list({ action: 'job.rescheduled' }).page()
  expect(data.map(({ subject }: { subject: string }) => `/v1/jobs/${subject}`)).toEqual([path, path])
  expect((await over(path)).body.state).toBe('succeeded')
  const late = await service.request('PATCH', path, { run_at: null })
  expect([late.status, late.body.type]).toEqual([409, '/problems/job-not-scheduled'])
})

test('a cancel of a scheduled job skips every step', async () => {
  const path = await scheduled()
  await service.request('POST', `${path}/cancel`)
  const { body } = await over(path)
  expect([body.state, body.steps[0].status.name]).toEqual(['cancelled', 'SKIPPED'])
})

test.each([
  [{ run_at: [] }, '/run_at'],
  [{ run_at: 5 }, '/run_at'],
  [{ run_at: 'tomorrow' }, '/run_at'],
  [{ run_at: '2027-02-30T00:00:00Z' }, '/run_at'],
  [{ run_at: '2027-02-03' }, '/run_at'],
  [{}, '/run_at'],
  [{ run_at: null, delay: '2h' }, '/delay'],
])('another moment that is none, %j, is refused with a pointer to %s', async (body, pointer) => {
  const { status, body: problem } = await service.request('PATCH', await scheduled(), body)
  expect([status, problem.errors?.[0]?.pointer]).toEqual([422, pointer])
})

test.each([
  [{ run_at: LATER, delay: '2h' }, '/delay'],
  [{ run_at: '2027-02-30T00:00:00Z' }, '/run_at'],
  [{ delay: 'soon' }, '/delay'],
])('a job that begins at %j is refused with a pointer to %s', async (start, pointer) => {
  const { status, body } = await service.request('POST', '/v1/jobs', job(start))
  expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer])
})
