import { expect, test, vi } from 'vitest'
import { defineBlock, Type } from '../../src/index.ts'
import { turns } from '../../src/process/turns.ts'
import { startConduit } from '../support/conduit.ts'

/** Begins, and goes on until its signal says otherwise; one that ignores it goes on for ever. */
function hangingBlock() {
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const { promise: aborted, resolve: tellAborted } = Promise.withResolvers<string>()
  const block = defineBlock({
    action: 'TEST.HANG',
    description: 'Ends when it is stopped.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: async (_parameters, { signal }) => {
      resolve()
      signal.addEventListener('abort', () => tellAborted(signal.reason.kind))
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      return null
    },
  })
  return { block, begun, aborted }
}

test('a replica that drains waits for its blocks, and does nothing meanwhile', async () => {
  const hanging = hangingBlock()
  await using service = await startConduit({ blocks: [hanging.block], settings: { SHUTDOWN_SECONDS: '2' } })
  await service.client.jobs.submit({ id: 'hangs', steps: [{ action: 'TEST.HANG' }] })
  await hanging.begun
  const looks = vi.spyOn(turns, 'hasTime')
  await service.conduit.close()
  // A run that is asked again and again looks thousands of times a second.
  expect(looks.mock.calls.length).toBeLessThan(50)
})

test('a step that does not end is aborted when SHUTDOWN_SECONDS are over, and not before', async () => {
  const hanging = hangingBlock()
  await using service = await startConduit({ blocks: [hanging.block], settings: { SHUTDOWN_SECONDS: '4' } })
  await service.client.jobs.submit({ id: 'hangs', steps: [{ action: 'TEST.HANG' }] })
  await hanging.begun
  const began = performance.now()
  void service.conduit.close()
  expect(await hanging.aborted).toBe('draining')
  const seconds = (performance.now() - began) / 1000
  // A timer may come a part of a millisecond before its time.
  expect(seconds).toBeGreaterThan(3.99)
  expect(seconds).toBeLessThan(10)
})
