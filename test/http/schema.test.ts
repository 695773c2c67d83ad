import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { startConduit } from '../support/conduit.ts'

test('GET /v1/schema is a JSON Schema with the blocks of this service, and a definition may name it', async () => {
  const own = defineBlock({
    action: 'SHOP.REFUND',
    description: 'Gives money back.',
    parameters: Type.Object({ charge: Type.String() }),
    returns: Type.Null(),
    run: () => null,
  })
  await using service = await startConduit({ blocks: [own] })
  const { status, headers, body } = await service.request('GET', '/v1/schema')
  expect([status, headers['content-type']]).toEqual([200, 'application/schema+json; charset=utf-8'])
  expect(body.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
  expect(body.$defs.StepInput.properties.action.enum).toEqual(expect.arrayContaining(['SHOP.REFUND', 'FLOW.EACH']))
  const job = await service.run({ $schema: './conduit.schema.json', steps: [{ action: 'LOGIC.TRUE' }] })
  expect(job.state).toBe('succeeded')
  const put = await service.request('PUT', '/v1/definitions/named', { $schema: './x.json', steps: [] })
  expect(put.status).toBe(201)
  const named = await service.run({ $schema: './conduit.schema.json', definition: 'named' })
  expect(named.state).toBe('succeeded')
})
