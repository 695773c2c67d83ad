import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../../src/engine/block.ts'
import { startConduit } from '../../support/conduit.ts'
import { createTestDatabase } from '../../support/database.ts'
import { rowsOf } from '../../support/databaseServer.ts'

const PURE = { action: 'LOGIC.TRUE' }

test('when a step with effects begins, everything before it is on record', async () => {
  await using database = await createTestDatabase()
  const looks = defineBlock({
    action: 'TEST.LOOKS',
    description: 'Tells how many steps of its job are on record.',
    parameters: Type.Object({}),
    returns: Type.Any(),
    run: async () => (await rowsOf(database.url, `select last_seq from job where id = 'looks'`))[0]?.['last_seq'],
  })
  await using service = await startConduit({ settings: { DATABASE_URL: database.url }, blocks: [looks] })
  const look = { action: 'TEST.LOOKS' }
  const job = await service.run({ id: 'looks', steps: [PURE, look, PURE, PURE, look, look, PURE, look] })
  expect(job.steps?.map(({ return_value: value }) => value)).toEqual([true, 1, true, true, 4, 5, true, 7])
})
