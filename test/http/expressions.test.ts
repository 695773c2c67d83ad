import { afterAll, beforeAll, expect, test } from 'vitest'
import { allFunctions } from '../../src/engine/expressions/functions/table.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
})
afterAll(() => service[Symbol.asyncDispose]())

test('a refused expression is told with its column, counted in the text that it stands in', async () => {
  const steps = [
    { action: 'LOGIC.TRUE', if: 'žž {= 1 + nope =}' },
    { action: 'TEXT.CREATE', parameters: { value: 'ž {= 1 + nope =}' } },
  ]
  const { body } = await service.request('POST', '/v1/jobs', { steps })
  expect(body.errors[0]).toMatchObject({ pointer: '/steps/0/if' })
  expect(body.errors[1]).toEqual({
    pointer: '/steps/1/parameters/value',
    detail: 'must hold valid expressions: there is no step and no root nope here (column 10)',
  })
})

test('GET /v1/functions lists every function with its signature, a sentence and an example', async () => {
  const { status, body } = await service.request('GET', '/v1/functions')
  expect(status).toBe(200)
  expect(body.data.map(({ name }: { name: string }) => name)).toEqual(allFunctions.map(({ name }) => name))
  expect(body.data.find(({ name }: { name: string }) => name === 'charAt')).toEqual({
    name: 'charAt',
    signature: 'charAt(text: string, position: integer): string',
    description: 'The character at a position, from 0; outside of the text the empty text.',
    example: { expression: '"abc".charAt(1)', value: 'b' },
  })
})
