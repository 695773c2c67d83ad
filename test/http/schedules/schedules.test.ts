import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const job = { steps: [{ action: 'LOGIC.TRUE' }] }
const WITH_SECRET = { url: 'https://shop.example', headers: { 'x-key': '{% secrets.NOBODYS %}' } }
const put = (name: string, content: object) => service.request('PUT', `/v1/schedules/${name}`, content)
const jobsOf = async (name: string): Promise<{ id: string; schedule: string }[]> =>
  (await service.request('GET', `/v1/jobs?schedule=${name}&limit=200`)).body.data

describe('a schedule', () => {
  test('is written, read with its next five firings, listed and deleted', async () => {
    const written = await put('nightly', { cron: '0 3 * * *', timezone: 'Europe/Paris', job })
    expect(written).toMatchObject({
      status: 201,
      body: {
        name: 'nightly',
        overlap: 'skip',
        catch_up: 'latest',
        enabled: true,
        last_job_id: null,
        skipped_total: 0,
      },
    })
    expect(written.body.upcoming).toHaveLength(5)
    expect(written.body.next_run_at).toBe(written.body.upcoming[0])
    expect(await put('nightly', { every: '1h', job })).toMatchObject({ status: 200, body: { every: '1h' } })
    expect((await service.client.schedules.list().page()).data).toMatchObject([{ name: 'nightly' }])
    expect(await service.request('DELETE', '/v1/schedules/nightly')).toMatchObject({ status: 204 })
    expect(await service.request('GET', '/v1/schedules/nightly')).toMatchObject({ status: 404 })
  })

  test.each<[string, object, string]>([
    ['no time', { job }, '/cron'],
    ['two kinds of time', { cron: '@daily', every: '1d', job }, '/every'],
    ['an interval that is too short', { every: '5s', job }, '/every'],
    ['an expression that never fires', { cron: '0 0 30 2 *', job }, '/cron'],
    ['an expression that fires too often', { cron: '* * * * * *', job }, '/cron'],
    ['an unknown zone', { cron: '@daily', timezone: 'Mars/Olympus', job }, '/timezone'],
    ['a moment that is none', { every: '1d', start_at: 'tomorrow', job }, '/start_at'],
    [
      'an end before its start',
      { every: '1d', start_at: '2027-01-02T00:00:00Z', end_at: '2027-01-01T00:00:00Z', job },
      '/end_at',
    ],
    ['a job that is none', { every: '1d', job: { steps: [{}] } }, '/job/steps/0/action'],
    ['a job with an id', { every: '1d', job: { ...job, id: 'x' } }, '/job/id'],
    ['an unknown definition', { every: '1d', job: { definition: 'nobody' } }, '/job/definition'],
    ['an unknown field', { every: '1d', job, color: 'red' }, '/color'],
    [
      'a secret that its job may not use',
      { every: '1d', job: { tags: ['HTTP'], steps: [{ action: 'HTTP.REQUEST', parameters: WITH_SECRET }] } },
      '/job/steps/0/parameters/headers/x-key',
    ],
  ])('with %s is refused', async (_name, content, pointer) => {
    const { status, body } = await put('wrong', content)
    expect([status, body.type, body.errors[0].pointer]).toEqual([422, '/problems/invalid-schedule', pointer])
  })

  test('with If-None-Match: * is only made where there is none of its name', async () => {
    const put = (minutes: number) =>
      service.request(
        'PUT',
        '/v1/schedules/only-new',
        { every: `${minutes}m`, job: { steps: [] } },
        { 'if-none-match': '*' },
      )
    expect((await put(5)).status).toBe(201)
    const { status, body } = await put(6)
    expect([status, body.type, body.detail]).toEqual([
      412,
      expect.stringContaining('precondition-failed'),
      'there is a schedule of this name',
    ])
    expect((await service.request('GET', '/v1/schedules/only-new')).body.every).toBe('5m')
    await service.request('DELETE', '/v1/schedules/only-new')
    expect((await put(6)).status).toBe(201)
  })

  test('written again as it is keeps its next firing: repeats of a deploy put nothing off', async () => {
    const content = { every: '1h', job }
    const [first, again] = [await put('deployed', content), await put('deployed', content)]
    expect([again.status, again.body.next_run_at]).toEqual([200, first.body.next_run_at])
    const other = await put('deployed', { ...content, overlap: 'allow' })
    expect(Date.parse(other.body.next_run_at)).toBeGreaterThan(Date.parse(first.body.next_run_at))
  })

  test('fires at its moment, once, and says so on its job', async () => {
    const start = new Date(Date.now() + 1500).toISOString()
    await put('soon', { every: '1h', start_at: start, job })
    const succeeded = [{ schedule: 'soon', state: 'succeeded' }]
    await vi.waitFor(async () => expect(await jobsOf('soon')).toMatchObject(succeeded), {
      timeout: PATIENCE_MS,
      interval: 100,
    })
    const [made] = await jobsOf('soon')
    // It is noted at the schedule once it is accepted: by then it may be over.
    const read = async () => (await service.request('GET', '/v1/schedules/soon')).body
    await expect.poll(async () => (await read()).last_job_id).toBe(made?.id)
    const body = await read()
    expect(Date.parse(body.next_run_at)).toBe(Date.parse(start) + 3_600_000)
  })

  test('skips a firing while a job of it is not over, and counts it', async () => {
    await put('busy', { every: '1h', job: { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 30 } }] } })
    const running = await service.client.schedules.trigger('busy')
    expect(running.schedule).toBe('busy')
    const start = new Date(Date.now() + 500).toISOString()
    const slow = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 30 } }] }
    await put('busy', { every: '1h', start_at: start, job: slow })
    const skipped = async () => (await service.client.schedules.get('busy')).skipped_total
    await vi.waitFor(async () => expect(await skipped()).toBe(1), { timeout: PATIENCE_MS, interval: 100 })
    expect(await jobsOf('busy')).toHaveLength(1)
    await service.client.jobs.cancel(running.id)
  })

  test('that is paused and goes on keeps its interval, its next firing where nothing changed, and no moment while paused', async () => {
    const patch = (change: object) => service.request('PATCH', '/v1/schedules/paused', change)
    const { body: written } = await put('paused', { every: '1d', job })
    expect(await patch({ enabled: true })).toMatchObject({ status: 200, body: written })
    expect((await patch({ enabled: false })).body).toEqual({
      ...written,
      enabled: false,
      next_run_at: null,
      upcoming: [],
    })
    expect((await service.request('GET', '/v1/schedules/paused')).body.enabled).toBe(false)
    expect((await patch({ enabled: true })).body).toEqual(written)
    await patch({ enabled: false })
    // The same content, written by the same key, is to fire: it says so.
    expect((await put('paused', { every: '1d', job })).body).toMatchObject({ enabled: true })
    expect((await service.request('GET', '/v1/schedules/paused')).body.next_run_at).not.toBeNull()
    expect(await patch({ enabled: 'no' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/enabled' }] } })
    expect(await patch({ every: '1h' })).toMatchObject({ status: 422 })
    const told = (await service.request('GET', '/v1/audit?action=schedule.changed')).body.data
    expect(told[0]).toMatchObject({ subject: 'paused', details: { enabled: false } })
  })

  test('queue: a firing makes its job at its moment, which is scheduled until the one before it is over', async () => {
    const waits = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] }
    const at = Date.now() + 500
    await put('inturn', { every: '10s', overlap: 'queue', start_at: new Date(at).toISOString(), job: waits })
    const made = async () => (await service.client.jobs.list({ schedule: 'inturn', order: 'created_at' }).page()).data
    const states = async () => (await made()).map(({ state }) => state)
    const until = { timeout: PATIENCE_MS, interval: 100 }
    await vi.waitFor(async () => expect(await states()).toEqual(['waiting', 'scheduled']), until)
    await put('inturn', { every: '1d', overlap: 'queue', job: waits })
    const [first, second] = await made()
    expect([first, second].map((one) => Date.parse(one?.scheduled_for ?? ''))).toEqual([at, at + 10_000])
    await service.client.jobs.signal(first?.id ?? '', 'go')
    await vi.waitFor(async () => expect((await states()).slice(0, 2)).toEqual(['succeeded', 'waiting']), until)
    await service.client.jobs.cancel(second?.id ?? '')
  })

  test('a job that is held back is over as soon as it is cancelled', async () => {
    const waits = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] }
    const at = Date.now() + 500
    await put('held', { every: '10s', overlap: 'queue', start_at: new Date(at).toISOString(), job: waits })
    const held = async () => (await service.client.jobs.list({ schedule: 'held', state: 'scheduled' }).page()).data[0]
    await vi.waitFor(async () => expect(await held()).toBeDefined(), { timeout: PATIENCE_MS, interval: 100 })
    await service.client.schedules.delete('held')
    const id = (await held())?.id ?? ''
    await service.client.jobs.cancel(id)
    expect((await service.client.jobs.wait(id)).state).toBe('cancelled')
  })

  test('a firing is seen by its job: job.scheduled_for is the due moment, also in a backfill', async () => {
    const tells = { steps: [], output: '{= job.scheduled_for =}' }
    await put('telling', { cron: '0 0 * * *', overlap: 'allow', job: tells })
    const span = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
    const { jobs } = await service.client.schedules.backfill('telling', span)
    const job = await service.client.jobs.wait(jobs[0] ?? '')
    expect([job.scheduled_for, job.output]).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'])
    expect((await service.client.schedules.trigger('telling')).scheduled_for).toBe(null)
  })

  test.each([true, false])('refuses to backfill what is not due yet (dry run: %s)', async (dryRun) => {
    await put('future', { cron: '0 0 * * *', overlap: 'allow', job })
    const span = { from: '2026-01-01T00:00:00Z', to: new Date(Date.now() + 3_600_000).toISOString(), dry_run: dryRun }
    const { status, body } = await service.request('POST', '/v1/schedules/future/backfill', span)
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/to' }]])
    expect(await jobsOf('future')).toEqual([])
  })

  test('backfills a span: each firing once, however often it is asked', async () => {
    await put('past', { cron: '0 0 * * *', overlap: 'allow', job })
    const span = { from: '2026-01-01T00:00:00Z', to: '2026-01-11T00:00:00Z' }
    const ask = (body: object) => service.request('POST', '/v1/schedules/past/backfill', body)
    expect((await ask({ ...span, dry_run: true })).body).toEqual({ jobs: [], existing: [], count: 10 })
    const first = await ask(span)
    expect(first).toMatchObject({ status: 202, body: { existing: [], count: 10 } })
    const again = await ask({ ...span, to: '2026-01-12T00:00:00Z' })
    expect(again.body.existing.toSorted()).toEqual(first.body.jobs.toSorted())
    expect(again.body.jobs).toHaveLength(1)
    const wrong: [object, string][] = [
      [{ from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, '/to'],
      [{ from: span.to, to: span.from }, '/to'],
      [{ ...span, from: 'monday' }, '/from'],
      [{ ...span, dryrun: true }, '/dryrun'],
    ]
    for (const [body, pointer] of wrong) expect((await ask(body)).body.errors[0].pointer).toBe(pointer)
  })
})

// The last one: with its first key a service is closed.
test('that lost the rights it runs under says so at once, read alone or in the list', async () => {
  await put('keyless', { every: '1h', job })
  const scopes = ['admin', 'jobs:write', 'schedules:write', 'schedules:read']
  const made = async (headers: Record<string, string>): Promise<{ id: string; as: Record<string, string> }> => {
    const { body } = await service.request('POST', '/v1/keys', { name: 'a', scopes }, headers)
    return { id: body.id, as: { authorization: `Bearer ${body.secret}` } }
  }
  const { as } = await made({})
  const other = await made(as)
  await service.request('PUT', '/v1/schedules/keyed', { every: '1h', job }, other.as)
  await service.request('DELETE', `/v1/keys/${other.id}`, undefined, as)
  const read = async (path: string): Promise<Record<string, unknown>> =>
    (await service.request('GET', `/v1/schedules${path}`, undefined, as)).body
  const stopped = (reason: RegExp): object => ({
    stopped_reason: expect.stringMatching(reason) as string,
    next_run_at: null,
    upcoming: [],
  })
  expect(await read('/keyed')).toMatchObject(stopped(/was revoked/))
  expect(await read('/keyless')).toMatchObject(stopped(/no keys/))
  const { data } = (await read('?limit=200')) as { data: { name: string }[] }
  expect(data.filter(({ name }) => name.startsWith('key'))).toMatchObject([stopped(/revoked/), stopped(/no keys/)])
})
