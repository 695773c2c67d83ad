import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import type { Telemetry } from '../../../src/telemetry.ts'
import { ask } from '../../faults/workload.ts'
import { startConduit } from '../../support/conduit.ts'
import { createTestDatabase } from '../../support/database.ts'

/** The lease is renewed each third of its length: enough for whoever would look for its turn meanwhile. */
function renewals(telemetry: Telemetry, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let seen = 0
  telemetry.on('leaseRenewed', () => {
    if (++seen === count) resolve()
  })
  return promise
}

test('while a suspect runs no other one is held here, not for a moment: its death would count against both', async () => {
  await using database = await createTestDatabase()
  const ids = ['a', 'b', 'c', 'd']
  const held: number[] = []
  let running: (() => Promise<void>) | null = null
  const looks = defineBlock({
    action: 'TEST.LOOKS',
    description: 'Looks who is held beside it.',
    parameters: Type.Object({}),
    returns: Type.Null(),
    run: async (_, { job }) => {
      const look = async (): Promise<void> => {
        const [row] = await ask<{ held: number }>(
          database.url,
          `select count(*)::int as held from job where holder is not null and id <> '${job.id}'`,
        )
        held.push(row?.held ?? -1)
      }
      await look()
      await running?.()
      await look()
      return null
    },
  })
  await using service = await startConduit({ settings: { DATABASE_URL: database.url }, blocks: [looks] })
  const { telemetry } = service.conduit
  const turns: string[] = []
  running = async () => {
    running = null
    telemetry.on('jobReleased', ({ id, reason }) => turns.push(`${id} ${reason}`))
    await renewals(telemetry, 2)
    expect(turns).toEqual([])
  }
  const later = { run_at: '2100-01-01T00:00:00Z', steps: [{ action: 'TEST.LOOKS' }] }
  for (const id of ids) await service.client.jobs.submit({ id, ...later })
  await ask(database.url, 'update job set takeovers = 2, wake_at = clock_timestamp()')
  for (const id of ids) expect((await service.client.jobs.wait(id)).state).toBe('succeeded')
  expect(held).toEqual(ids.flatMap(() => [0, 0]))
})
