import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

/** Fails at its first attempt where it is told to, and then runs until the test lets it go. */
const held = defineBlock({
  action: 'TEST.HELD_BACK',
  description: 'Runs until it is let go.',
  parameters: Type.Object({ fails: Type.Boolean({ default: false }) }),
  returns: Type.Null(),
  run: async ({ fails }, { step, signal }) => {
    if (fails && !failed.has(step.idempotencyKey)) {
      failed.add(step.idempotencyKey)
      throw new Error('not yet')
    }
    signal.addEventListener('abort', () => letGo.resolve(null))
    await letGo.promise
    return null
  },
})
const failed = new Set<string>()
const letGo = Promise.withResolvers<null>()

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: [held] })
})
afterAll(() => service[Symbol.asyncDispose]())

/** A job of which one branch pauses for so long while the other runs, as it stands once both do. */
async function paused(id: string, delay: string): Promise<{ readonly url: string; readonly etag: string }> {
  const again = { max_attempts: 2, delay, max_delay: delay, jitter: 0 }
  const flaky = { id: 'flaky', action: 'TEST.HELD_BACK', parameters: { fails: true }, retry: again }
  const branches = [{ steps: [{ id: 'busy', action: 'TEST.HELD_BACK' }] }, { steps: [flaky] }]
  await service.client.jobs.submit({ id, steps: [{ id: 'both', action: 'FLOW.PARALLEL', branches }] })
  const url = `/v1/jobs/${id}`
  await expect
    .poll(async () => stepsOf((await service.request('GET', url)).body), { timeout: PATIENCE_MS })
    .toContain('"waiting":1')
  const { headers } = await service.request('GET', url)
  return { url, etag: String(headers['etag']) }
}

const stepsOf = (job: { steps: unknown }): string => JSON.stringify(job.steps)

test('the ETag of a job changes when a pause of a step is over while another runs: nothing is recorded then', async () => {
  const { url, etag } = await paused('short', '2s')
  await expect
    .poll(async () => stepsOf((await service.request('GET', url)).body), { timeout: PATIENCE_MS })
    .toContain('"waiting":0')
  const now = await service.request('GET', url, undefined, { 'if-none-match': etag })
  expect([now.status, now.body.steps?.[0].children]).toMatchObject([200, { waiting: 0 }])
  expect((await service.request('GET', url, undefined, { 'if-match': etag })).status).toBe(412)
  const later = String(now.headers['etag'])
  expect(later).not.toBe(etag)
  expect((await service.request('GET', url, undefined, { 'if-none-match': later })).status).toBe(304)
})

test('until then it holds, for reads and for what is done under If-Match', async () => {
  const { url, etag } = await paused('long', '1h')
  const known = await service.request('GET', url, undefined, { 'if-none-match': `"other", ${etag}` })
  expect([known.status, known.headers['etag']]).toEqual([304, etag])
  expect((await service.request('GET', url, undefined, { 'if-match': etag })).status).toBe(200)
  expect(
    (await service.request('POST', `${url}/cancel`, undefined, { 'if-match': `${etag.slice(0, -3)}"` })).status,
  ).toBe(412)
  expect((await service.request('POST', `${url}/cancel`, undefined, { 'if-match': etag })).status).toBe(202)
  expect((await service.request('GET', url, undefined, { 'if-none-match': etag })).status).toBe(200)
})
