import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { openDatabase } from '../../src/store/client.ts'
import { asks, putKey } from './keyring.ts'

const QUEUED = `
insert into job (id, tenant, state, due_at, journal_rows, nonce, definition)
select 'j-' || n, 'greedy', 'queued', clock_timestamp(), 0, gen_random_uuid(), '{"steps":[{"action":"TEST.TURN"}]}'
from generate_series(1, 10000) n`

const turn = defineBlock({
  action: 'TEST.TURN',
  description: 'Gives way once.',
  parameters: Type.Object({}),
  returns: Type.Null(),
  run: () => new Promise<null>((resolve) => setImmediate(resolve, null)),
})

/** Jobs that may begin after the other one was accepted: those in hand, and those of a claim on its way. */
const IN_HAND = 12

test('one tenant queues 10,000 jobs, another one: that one begins before all but a handful of them', async () => {
  await using created = await createTestDatabase()
  const database = openDatabase({ connectionString: created.url, max: 1 })
  const { text } = await putKey(database, { tenant: 'modest' })
  await database.pool.query(QUEUED)
  await database.close()
  await using service = await startConduit({
    blocks: [turn],
    settings: { DATABASE_URL: created.url, CONCURRENCY: '4' },
  })
  const { telemetry } = service.conduit
  const started: string[] = []
  const begun = Promise.withResolvers<void>()
  telemetry.on('runStarted', ({ tenant }) => {
    started.push(tenant)
    if (tenant === 'modest') begun.resolve()
  })
  let before = 0
  telemetry.on('jobAccepted', () => {
    before = started.length
  })
  const { status } = await asks(service, text)('POST', '/v1/jobs', { steps: [{ action: 'TEST.TURN' }] })
  expect(status).toBe(202)
  await begun.promise
  expect(before).toBeLessThan(9000)
  expect(started.indexOf('modest') - before).toBeLessThanOrEqual(IN_HAND)
})
