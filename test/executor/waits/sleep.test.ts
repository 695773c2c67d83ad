import { expect, test } from 'vitest'
import { testBlocks } from '../../cases/testBlocks.ts'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const after = (action: string, parameters: Record<string, unknown>) => ({
  steps: [{ action: 'TEXT.CREATE', parameters: { value: 'before' } }, { action, parameters }, { action: 'LOGIC.TRUE' }],
})

test.each([['FLOW.SLEEP', { for: '8s' }]])(
  '%s of a second or more holds no slot: the job waits, and goes on at its moment',
  async (action, parameters) => {
    await using service = await startConduit({ settings: { CONCURRENCY: '1' } })
    const ids = ['a', 'b', 'c']
    for (const id of ids) await service.client.jobs.submit({ id, ...after(action, parameters) })
    const waits = async () => (await service.client.jobs.list({ state: 'waiting' }).page()).data
    await expect.poll(async () => (await waits()).length, { timeout: PATIENCE_MS }).toBe(3)
    const [waiting] = await waits()
    expect(waiting).toMatchObject({ state: 'waiting', current_step: '2', finished_at: null })
    for (const id of ids) {
      const body = await service.client.jobs.wait(id)
      expect([body.state, body.steps?.map(({ status }) => status.name)]).toEqual([
        'succeeded',
        ['DONE', 'DONE', 'DONE'],
      ])
      const { started_at: from, finished_at: to } = await service.client.jobs.step(id, '2')
      // Both are by what this replica knew of the database's clock, which the next answer moves by some milliseconds.
      expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBeGreaterThan(7900)
    }
  },
)

test.each([
  ['a wait', { action: 'FLOW.SLEEP', parameters: { for: '1d' } }],
  ['a back-off', { action: 'TEST.FAIL', retry: { max_attempts: 2, delay: '1d', max_delay: '1d' } }],
])('a cancel ends %s at once, also where no replica has the job', async (_, step) => {
  await using service = await startConduit({ blocks: testBlocks })
  const steps = [{ action: 'TEXT.CREATE', parameters: { value: 'before' } }, step, { action: 'LOGIC.TRUE' }]
  await service.client.jobs.submit({ id: 'long', steps })
  await expect.poll(async () => (await service.client.jobs.get('long')).state, { timeout: PATIENCE_MS }).toBe('waiting')
  expect((await service.request('POST', '/v1/jobs/long/cancel')).status).toBe(202)
  const body = await service.client.jobs.wait('long')
  expect([body.state, body.failed_step, body.steps?.map(({ status }) => status.name)]).toEqual([
    'cancelled',
    '2',
    ['DONE', 'KILLED_MANUALLY', 'SKIPPED'],
  ])
})
