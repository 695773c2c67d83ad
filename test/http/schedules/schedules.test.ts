import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startConduit, type TestConduit } from '../../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

const job = { steps: [{ action: 'LOGIC.TRUE' }] }
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
    expect((await service.request('GET', '/v1/schedules')).body.data).toMatchObject([{ name: 'nightly' }])
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
    ['a job that is none', { every: '1d', job: { steps: [{}] } }, '/job/steps/0/action'],
    ['a job with an id', { every: '1d', job: { ...job, id: 'x' } }, '/job/id'],
    ['an unknown definition', { every: '1d', job: { definition: 'nobody' } }, '/job/definition'],
    ['an unknown field', { every: '1d', job, color: 'red' }, '/color'],
  ])('with %s is refused', async (_name, content, pointer) => {
    const { status, body } = await put('wrong', content)
    expect([status, body.type, body.errors[0].pointer]).toEqual([422, '/problems/invalid-schedule', pointer])
  })

  test('fires at its moment, once, and says so on its job', async () => {
    const start = new Date(Date.now() + 1500).toISOString()
    await put('soon', { every: '1h', start_at: start, job })
    const succeeded = [{ schedule: 'soon', state: 'succeeded' }]
    await vi.waitFor(async () => expect(await jobsOf('soon')).toMatchObject(succeeded), {
      timeout: 20_000,
      interval: 100,
    })
    const [made] = await jobsOf('soon')
    const { body } = await service.request('GET', '/v1/schedules/soon')
    expect(body.last_job_id).toBe(made?.id)
    expect(Date.parse(body.next_run_at)).toBe(Date.parse(start) + 3_600_000)
  })

  test('skips a firing while a job of it is not over, and counts it', async () => {
    await put('busy', { every: '1h', job: { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 30 } }] } })
    const running = await service.request('POST', '/v1/schedules/busy/trigger')
    expect(running).toMatchObject({ status: 202, body: { schedule: 'busy' } })
    const start = new Date(Date.now() + 500).toISOString()
    const slow = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 30 } }] }
    await put('busy', { every: '1h', start_at: start, job: slow })
    const skipped = async () => (await service.request('GET', '/v1/schedules/busy')).body.skipped_total
    await vi.waitFor(async () => expect(await skipped()).toBe(1), { timeout: 20_000, interval: 100 })
    expect(await jobsOf('busy')).toHaveLength(1)
    await service.request('POST', `/v1/jobs/${running.body.id}/cancel`)
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
    expect((await ask({ from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' })).body.errors[0].pointer).toBe('/to')
  })
})
