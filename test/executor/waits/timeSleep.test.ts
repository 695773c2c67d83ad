import { expect, test } from 'vitest'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

test('TIME.SLEEP of a second or more holds no slot, and neither the step’s nor the job’s time counts it', async () => {
  const settings = { CONCURRENCY: '1', STEP_TIMEOUT_SECONDS: '1', JOB_TIMEOUT_SECONDS: '1' }
  await using service = await startConduit({ settings })
  const sleeps = (seconds: number) => [{ id: 'nap', action: 'TIME.SLEEP', parameters: { seconds } }]
  await service.request('POST', '/v1/jobs', { id: 'long', steps: sleeps(3600) })
  await service.request('POST', '/v1/jobs', { id: 'nap', steps: sleeps(2), output: '{: nap :}' })
  const job = async (id: string) => (await service.request('GET', `/v1/jobs/${id}`)).body
  await expect.poll(async () => (await job('long')).state, { timeout: PATIENCE_MS }).toBe('waiting')
  const { current_step: step, steps } = await job('long')
  expect([step, steps[0].waiting.kind]).toEqual(['nap', 'sleep'])
  const lasts = Date.parse(steps[0].waiting.until) - Date.parse(steps[0].waiting.since)
  expect(Math.round(lasts / 1000)).toBe(3600)
  expect((await service.run({ steps: sleeps(0.01) })).state).toBe('succeeded')

  const {
    state,
    output,
    started_at: from,
    finished_at: to,
  } = (await service.request('GET', '/v1/jobs/nap?wait=60')).body
  expect([state, output]).toEqual(['succeeded', null])
  expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(2000)
  await service.request('POST', '/v1/jobs/long/cancel')
  const cancelled = (await service.request('GET', '/v1/jobs/long?wait=60')).body
  expect([cancelled.state, cancelled.steps[0].status.name]).toEqual(['cancelled', 'KILLED_MANUALLY'])
})
