import { once } from 'node:events'
import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/index.ts'
import { Telemetry } from '../../../src/telemetry.ts'
import { startConduit } from '../../support/conduit.ts'

const hold = defineBlock({
  action: 'TEST.HOLD',
  description: 'Computes without a pause.',
  parameters: Type.Object({}),
  returns: Type.Null(),
  run: async () => {
    const end = performance.now() + 1500
    while (performance.now() < end);
    return null
  },
})

test('the block that held the event loop is named first, though it is over when that is noticed', async () => {
  const telemetry = new Telemetry()
  await using service = await startConduit({ telemetry, blocks: [hold] })
  // It runs all the while, and has nothing to do with it.
  const waits = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 0.9 } }] }
  const held = once(telemetry, 'loopBlocked') as Promise<[{ milliseconds: number; actions: readonly string[] }]>
  await service.client.jobs.submit(waits)
  await service.client.jobs.submit({ steps: [{ action: 'TEST.HOLD' }] })
  const [{ milliseconds, actions }] = await held
  expect([actions[0], milliseconds > 400]).toEqual(['TEST.HOLD', true])
})
