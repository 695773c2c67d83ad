import { expect, test } from 'vitest'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

test('TIME.SLEEP of a second or more holds no slot, and neither the step’s nor the job’s time counts it', async () => {
  // A step's time is also that of the event loop: a test's process that other work kept from turning for it is killed.
  const settings = { CONCURRENCY: '1', STEP_TIMEOUT_SECONDS: '5', JOB_TIMEOUT_SECONDS: '1' }
  await using service = await startConduit({ settings })
  const sleeps = (seconds: number) => [{ id: 'nap', action: 'TIME.SLEEP', parameters: { seconds } }]
  await service.client.jobs.submit({ id: 'long', steps: sleeps(3600) })
  await service.client.jobs.submit({ id: 'nap', steps: sleeps(6), output: '{: nap :}' })
  const job = (id: string) => service.client.jobs.get(id)
  await expect.poll(async () => (await job('long')).state, { timeout: PATIENCE_MS }).toBe('waiting')
  expect((await job('long')).current_step).toBe('nap')
  const { waiting } = await service.client.jobs.step('long', 'nap')
  expect(waiting?.kind).toBe('sleep')
  const lasts = Date.parse(waiting?.until ?? '') - Date.parse(waiting?.since ?? '')
  expect(Math.round(lasts / 1000)).toBe(3600)
  expect((await service.run({ steps: sleeps(0.01) })).state).toBe('succeeded')

  const { state, output, started_at: from, finished_at: to } = await service.client.jobs.wait('nap')
  expect([state, output]).toEqual(['succeeded', null])
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBeGreaterThanOrEqual(6000)
  await service.client.jobs.cancel('long')
  const cancelled = await service.client.jobs.wait('long')
  expect([cancelled.state, cancelled.steps?.[0]?.status.name]).toEqual(['cancelled', 'KILLED_MANUALLY'])
})
