import { expect, test, vi } from 'vitest'
import { Watches } from '../../src/feed/watches.ts'
import { startReplicas } from './replicas.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const steps = [{ action: 'TIME.SLEEP', parameters: { seconds: 0.2 } }]

test('a replica that runs nothing answers who waits for a job that runs on another', async () => {
  await using replicas = await startReplicas()
  const posted = await replicas.tells.request('POST', '/v1/jobs', { id: 'far', steps }, { prefer: 'wait=60' })
  expect([posted.status, posted.body.state]).toEqual([200, 'succeeded'])
  await replicas.runs.client.jobs.submit({ id: 'far-2', steps })
  const waited = await replicas.tells.request('GET', '/v1/jobs/far-2?wait=60')
  expect(waited.body.state).toBe('succeeded')
})

test('a drain answers all who wait at once', async () => {
  await using replicas = await startReplicas()
  await replicas.runs.client.jobs.submit({
    id: 'long',
    steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 20 } }],
  })
  const state = async () => (await replicas.tells.client.jobs.get('long')).state
  await expect.poll(state, { timeout: PATIENCE_MS }).toBe('waiting')
  const opened = vi.spyOn(Watches.prototype, 'open')
  const waits = Array.from({ length: 5 }, () => replicas.tells.request('GET', '/v1/jobs/long?wait=60'))
  await expect.poll(() => opened.mock.calls.length).toBe(5)
  await replicas.tells.conduit.close()
  expect((await Promise.all(waits)).map(({ body }) => body.state)).toEqual(Array(5).fill('waiting'))
})
