import { expect, test } from 'vitest'
import { testBlocks } from '../../cases/testBlocks.ts'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const hour = { action: 'FLOW.SLEEP', parameters: { for: '1h' } }

/** A step that waits, for each kind of wait. */
const WAITS: Readonly<Record<string, object>> = {
  sleep: hour,
  signal: { action: 'FLOW.SIGNAL', parameters: { name: 'x' } },
  ask: { action: 'FLOW.ASK' },
  job: { action: 'FLOW.JOB', parameters: { job: { steps: [hour] } } },
  retry: { action: 'TEST.FAIL', retry: { max_attempts: 2, delay: '1h', max_delay: '1h' } },
  every: { action: 'FLOW.REPEAT', parameters: { every: '1h' }, steps: [], until: false },
}

test('jobs that wait are counted by what they wait for, in /metrics and /v1/stats', async () => {
  await using service = await startConduit({ blocks: testBlocks })
  for (const [id, step] of Object.entries(WAITS)) {
    await service.client.jobs.submit({ id, steps: [step] })
    await expect.poll(async () => (await service.client.jobs.get(id)).state, { timeout: PATIENCE_MS }).toBe('waiting')
    expect((await service.client.jobs.step(id, '1')).waiting?.kind).toBe(id)
  }
  const waiting = async () => (await service.client.jobs.list({ state: 'waiting' }).page()).data.length
  await expect.poll(waiting, { timeout: PATIENCE_MS }).toBe(7)
  // The child of `job` sleeps, too.
  const counted = { ask: 1, every: 1, job: 1, retry: 1, signal: 1, sleep: 2 }
  const metrics = String((await service.request('GET', '/metrics')).body)
  const lines = [...metrics.matchAll(/^conduit_jobs_waiting\{kind="(\w+)"\} (\d+)$/gm)]
  expect(Object.fromEntries(lines.map(([, kind, n]) => [kind, Number(n)]))).toEqual(counted)
  expect((await service.request('GET', '/v1/stats')).body.waiting).toEqual(counted)
})
