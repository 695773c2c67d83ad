import { expect, test, vi } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import { Telemetry } from '../../../src/telemetry.ts'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const LARGE_BYTES = 150_000
/** Room for two of the large values, and not for three. */
const SETTINGS = { TENANT_VALUES_BYTES: '400000', CONCURRENCY: '8' }
const JOBS = 6

/** A block that gives much, one that waits until it may end, and how often they were called, and how many waited at once. */
function makeBlocks() {
  const gate = Promise.withResolvers<null>()
  const counts = { made: 0, waiting: 0, most: 0 }
  const define = (action: string, run: () => Promise<string | null>) =>
    defineBlock({ action, description: 'For values.', parameters: Type.Object({}), returns: Type.Unknown(), run })
  const blocks = [
    define('TEST.LARGE', async () => {
      counts.made++
      return 'x'.repeat(LARGE_BYTES)
    }),
    define('TEST.WAIT', async () => {
      counts.most = Math.max(counts.most, ++counts.waiting)
      await gate.promise
      counts.waiting--
      return null
    }),
  ]
  return { blocks, counts, letGo: () => gate.resolve(null) }
}

test('what the running jobs of a tenant hold is bounded: who goes beyond waits in the queue, nothing fails or runs again', async () => {
  const { blocks, counts, letGo } = makeBlocks()
  const telemetry = new Telemetry()
  const back = new Set<string>()
  telemetry.on('jobReleased', ({ id, reason }) => void (reason === 'overfull' && back.add(id)))
  await using service = await startConduit({ blocks, telemetry, settings: SETTINGS })
  const job = { steps: [{ action: 'TEST.LARGE' }, { action: 'TEST.WAIT' }] }
  const posted = await Promise.all(Array.from({ length: JOBS }, () => service.request('POST', '/v1/jobs', job)))
  // Each has made its value: some wait with it here, the others are in the queue.
  const placed = (): number => counts.waiting + back.size
  await vi.waitFor(() => expect(placed()).toBeGreaterThanOrEqual(JOBS), { timeout: PATIENCE_MS })
  expect(counts.waiting).toBeGreaterThan(0)
  // Jobs with little are not kept back by it.
  expect((await service.run({ steps: [{ action: 'TIME.NOW' }, { action: 'LOGIC.TRUE' }] })).state).toBe('succeeded')
  // Nor where they come back from a wait, while others have more than half of the bound.
  await vi.waitFor(() => expect(counts.waiting).toBe(2), { timeout: PATIENCE_MS })
  const waits = { action: 'FLOW.SLEEP', parameters: { for: '1s' } }
  expect((await service.run({ steps: [waits, { action: 'LOGIC.TRUE' }] })).state).toBe('succeeded')
  expect(counts.most).toBeLessThanOrEqual(2)
  letGo()
  const ends = posted.map(({ body }) => service.request('GET', `/v1/jobs/${body.id}?wait=60`))
  expect((await Promise.all(ends)).map(({ body }) => body.state)).toEqual(posted.map(() => 'succeeded'))
  expect(counts.made).toBe(JOBS)
})

test('one job may hold all that a job may, whatever the bound: it goes on to its end', async () => {
  const { blocks, letGo } = makeBlocks()
  letGo()
  await using service = await startConduit({ blocks, settings: { ...SETTINGS, TENANT_VALUES_BYTES: '1' } })
  const job = { steps: [{ action: 'TEST.LARGE' }, { action: 'TEST.WAIT' }, { action: 'TEST.LARGE' }] }
  const posted = await Promise.all(Array.from({ length: 3 }, () => service.request('POST', '/v1/jobs', job)))
  const ends = posted.map(({ body }) => service.request('GET', `/v1/jobs/${body.id}?wait=60`))
  expect((await Promise.all(ends)).map(({ body }) => body.state)).toEqual(posted.map(() => 'succeeded'))
})
