import type { Job } from '@conduit-jobs/client'
import { expect, test } from 'vitest'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit } from '../support/conduit.ts'

const STEPS = [
  { action: 'LOGIC.TRUE' },
  { action: 'TEST.SLOW', parameters: { ms: 30_000 } },
  { action: 'LOGIC.TRUE', forced: true },
]
const names = ({ steps = [] }: Pick<Job, 'steps'>) => steps.map(({ status }) => status.name)

test.each([
  ['where nothing runs at all', '0', []],
  ['while every slot is taken', '1', ['busy']],
])('a queued job is over as soon as it is cancelled, %s', async (_when, concurrency, busy) => {
  await using service = await startConduit({ settings: { CONCURRENCY: concurrency }, blocks: testBlocks })
  for (const id of busy) await service.client.jobs.submit({ id, steps: STEPS })
  expect((await service.client.jobs.submit({ id: 'queued', steps: STEPS })).state).toBe('queued')
  const { status, body } = await service.request('POST', '/v1/jobs/queued/cancel')
  expect([status, body.state, body.success, body.started_at]).toEqual([202, 'cancelled', false, null])
  expect([names(body), body.failed_step]).toEqual([['SKIPPED', 'SKIPPED', 'SKIPPED'], null])
  const events = (await service.request('GET', '/v1/jobs/queued/events')).body.data
  expect(events.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3, 4])
  const again = await service.request('POST', '/v1/jobs/queued/cancel')
  expect([again.status, again.body]).toEqual([202, body])
})

test('a queued job of many steps is over as soon as it is cancelled, too', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '0' } })
  const steps = Array.from({ length: 500 }, () => ({ action: 'LOGIC.TRUE' }))
  await service.client.jobs.submit({ id: 'many', steps })
  const body = await service.client.jobs.cancel('many')
  expect([body.state, new Set(names(body))]).toEqual(['cancelled', new Set(['SKIPPED'])])
})

test('a job that runs on another replica is cancelled from here', async () => {
  await using runs = await startConduit({ blocks: testBlocks })
  await using tells = await startConduit({
    settings: { DATABASE_URL: runs.databaseUrl, CONCURRENCY: '0' },
    blocks: testBlocks,
  })
  await runs.client.jobs.submit({ id: 'elsewhere', steps: STEPS })
  const body = await tells.client.jobs.cancel('elsewhere')
  expect([body.state, names(body)]).toEqual(['cancelled', ['DONE', 'KILLED_MANUALLY', 'DONE']])
})

test('of a cancel and an end that come together one is first: 202 and cancelled, or 409 and succeeded', async () => {
  await using service = await startConduit()
  const steps = [{ action: 'TIME.SLEEP', parameters: { seconds: 0.02 } }]
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const id = `race-${i}`
      await service.client.jobs.submit({ id, steps })
      const { status } = await service.request('POST', `/v1/jobs/${id}/cancel`)
      const body = await service.client.jobs.wait(id)
      return `${status} ${body.state}`
    }),
  )
  expect(outcomes.filter((outcome) => !['202 cancelled', '409 succeeded'].includes(outcome))).toEqual([])
})

test('the ETag changes with the cancel, before the job is over', async () => {
  await using service = await startConduit({ settings: { CONCURRENCY: '0' } })
  await service.client.jobs.submit({ id: 'tagged', steps: STEPS })
  const before = (await service.request('GET', '/v1/jobs/tagged')).headers['etag']
  await service.client.jobs.cancel('tagged')
  const reply = await service.request('GET', '/v1/jobs/tagged', undefined, { 'if-none-match': String(before) })
  expect(reply.status).toBe(200)
})
