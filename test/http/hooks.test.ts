import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { startConduit } from '../support/conduit.ts'

test('the hooks are told of the steps that ran before a job was accepted, also where no slot was free then', async () => {
  const gate = Promise.withResolvers<null>()
  const hold = defineBlock({
    action: 'HOLD',
    description: 'Waits until it is let go.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: () => gate.promise,
  })
  const told: string[] = []
  await using service = await startConduit({
    settings: { CONCURRENCY: '1' },
    blocks: [hold],
    onStepUpdate: async ({ id }, step) => {
      await new Promise(setImmediate)
      if (id === 'second') told.push(step.id)
    },
    onJobFinish: ({ id, state }) => {
      if (id === 'second') told.push(state)
    },
  })
  const steps = [{ action: 'LOGIC.TRUE' }, { action: 'TIME.SLEEP', parameters: { seconds: 0 } }]
  await service.run({ id: 'warm', steps: [{ action: 'LOGIC.TRUE' }] })
  await service.client.jobs.submit({ id: 'first', steps: [{ action: 'HOLD' }] })
  expect((await service.request('POST', '/v1/jobs', { id: 'second', steps })).status).toBe(202)
  gate.resolve(null)
  await service.client.jobs.wait('second')
  await expect.poll(() => told).toEqual(['1', '2', 'succeeded'])
})
