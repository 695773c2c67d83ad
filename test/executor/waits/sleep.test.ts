import { expect, test } from 'vitest'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const after = (action: string, parameters: object) => ({
  steps: [{ action: 'TEXT.CREATE', parameters: { value: 'before' } }, { action, parameters }, { action: 'LOGIC.TRUE' }],
})

test.each([['FLOW.SLEEP', { for: '8s' }]])(
  '%s of a second or more holds no slot: the job waits, and goes on at its moment',
  async (action, parameters) => {
    await using service = await startConduit({ settings: { CONCURRENCY: '1' } })
    const ids = ['a', 'b', 'c']
    for (const id of ids) await service.request('POST', '/v1/jobs', { id, ...after(action, parameters) })
    await expect
      .poll(async () => (await service.request('GET', '/v1/jobs?state=waiting')).body.data.length, {
        timeout: PATIENCE_MS,
      })
      .toBe(3)
    const [waiting] = (await service.request('GET', '/v1/jobs?state=waiting')).body.data
    expect(waiting).toMatchObject({ state: 'waiting', current_step: '2', finished_at: null })
    for (const id of ids) {
      const { body } = await service.request('GET', `/v1/jobs/${id}?wait=60`)
      expect([body.state, body.steps.map((step: { status: { name: string } }) => step.status.name)]).toEqual([
        'succeeded',
        ['DONE', 'DONE', 'DONE'],
      ])
      const [, slept] = body.steps
      expect(Date.parse(slept.finished_at) - Date.parse(slept.started_at)).toBeGreaterThanOrEqual(8000)
    }
  },
)

test('a cancel ends a wait at once, also where no replica has the job', async () => {
  await using service = await startConduit()
  await service.request('POST', '/v1/jobs', { id: 'long', ...after('FLOW.SLEEP', { for: '1d' }) })
  await expect
    .poll(async () => (await service.request('GET', '/v1/jobs/long')).body.state, { timeout: PATIENCE_MS })
    .toBe('waiting')
  expect((await service.request('POST', '/v1/jobs/long/cancel')).status).toBe(202)
  const { body } = await service.request('GET', '/v1/jobs/long?wait=60')
  expect([
    body.state,
    body.failed_step,
    body.steps.map((step: { status: { name: string } }) => step.status.name),
  ]).toEqual(['cancelled', '2', ['DONE', 'KILLED_MANUALLY', 'SKIPPED']])
})
