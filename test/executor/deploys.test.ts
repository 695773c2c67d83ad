import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/index.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'

const fresh = defineBlock({
  action: 'FRESH.BLOCK',
  description: 'Only new replicas have it.',
  parameters: Type.Object({}),
  returns: Type.String(),
  run: () => 'new',
})

test('a replica that lacks a block puts the job back once, says which it lacks, and leaves it to others', async () => {
  const telemetry = new Telemetry()
  const { promise: putBack, resolve } = Promise.withResolvers<readonly string[] | undefined>()
  let times = 0
  telemetry.on('jobReleased', ({ blocks }) => {
    times++
    resolve(blocks)
  })
  await using accepts = await startConduit({ blocks: [fresh], settings: { CONCURRENCY: '0' } })
  const DATABASE_URL = accepts.databaseUrl
  await using old = await startConduit({ telemetry, settings: { DATABASE_URL } })
  await accepts.client.jobs.submit({ id: 'new', steps: [{ action: 'FRESH.BLOCK' }] })
  expect(await putBack).toEqual(['FRESH.BLOCK'])
  expect((await old.client.jobs.step('new', '1')).status.name).toBe('NONE')
  await using _runs = await startConduit({ blocks: [fresh], settings: { DATABASE_URL } })
  const { state, steps } = await accepts.client.jobs.wait('new')
  expect([state, steps?.[0]?.return_value, times]).toEqual(['succeeded', 'new', 1])
})
