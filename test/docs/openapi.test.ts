import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeService } from '../../openapi/describe.ts'
import { startConduit } from '../support/conduit.ts'

const committed = await readFile(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')

test('the committed OpenAPI document is that of the routes; `npm run openapi` writes it anew', async () => {
  expect(committed).toBe(await describeService())
})

test('the service gives the committed document', async () => {
  await using service = await startConduit()
  expect((await service.request('GET', '/openapi.json')).body).toEqual(JSON.parse(committed))
})

test('every operation has an id, a summary and a description, and no two ids are the same', () => {
  const { paths } = JSON.parse(committed) as { paths: Record<string, Record<string, Record<string, unknown>>> }
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  for (const { summary, description } of operations) expect([summary, description]).not.toContain(undefined)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})
