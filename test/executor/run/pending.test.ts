import { describe, expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import type { ActiveRun } from '../../../src/executor/run/activeRun.ts'
import { isDue } from '../../../src/executor/run/write.ts'
import { startConduit } from '../../support/conduit.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

describe('what pure steps did is written', () => {
  /** A run of which so much is not written yet, since the moment 1000. */
  const pending = (steps: number, bytes: number): ActiveRun =>
    Object.assign(Object.create(null), {
      pending: Array.from({ length: steps }),
      pendingBytes: bytes,
      pendingSince: 1000,
      suspect: false,
    })

  test.each([
    ['with the 64th step', 63, 0, 1000, 64, 0, 1000],
    ['with 256 KiB', 1, 256 * 1024 - 1, 1000, 1, 256 * 1024, 1000],
    ['before 100 ms are over', 1, 0, 1000, 1, 0, 1099],
  ])('%s, and not at once', (_, steps, bytes, now, dueSteps, dueBytes, dueNow) => {
    expect(isDue(pending(steps, bytes), now)).toBe(false)
    expect(isDue(pending(dueSteps, dueBytes), dueNow)).toBe(true)
  })

  test('also while a pure step waits for what it promised', { timeout: 2 * PATIENCE_MS }, async () => {
    const gate = Promise.withResolvers<null>()
    const gated = defineBlock({
      action: 'TEST.GATE',
      description: 'Waits for the test.',
      parameters: Type.Object({}),
      returns: Type.Null(),
      effects: false,
      run: () => gate.promise,
    })
    const effect = defineBlock({
      action: 'TEST.EFFECT',
      description: 'Does something.',
      parameters: Type.Object({}),
      returns: Type.Null(),
      run: () => null,
    })
    await using service = await startConduit({ blocks: [gated, effect] })
    try {
      const job = await service.client.jobs.submit({
        steps: [{ action: 'TEST.EFFECT' }, { action: 'LOGIC.TRUE' }, { action: 'TEST.GATE' }],
      })
      const states = async (): Promise<string[]> =>
        ((await service.client.jobs.get(job.id)).steps ?? []).map(({ status }) => status.name)
      await expect.poll(states, { timeout: PATIENCE_MS }).toEqual(['DONE', 'DONE', 'NONE'])
    } finally {
      gate.resolve(null)
    }
  })
})
