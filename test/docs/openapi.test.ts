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

test('what the service calls is described too: a webhook for each kind of message, a callback for each field', () => {
  const { webhooks, paths, components } = JSON.parse(committed)
  expect(Object.keys(webhooks)).toEqual(['step.updated', 'job.finished', 'webhook.test'])
  const { callbacks } = paths['/v1/jobs'].post
  expect(Object.keys(callbacks)).toEqual(['on_step_update', 'on_job_finish'])
  expect(Object.keys(callbacks.on_job_finish)).toEqual(['{$request.body#/on_job_finish/url}'])
  const { parameters, requestBody } = webhooks['job.finished'].post
  expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ])
  const reference: string = requestBody.content['application/json'].schema.$ref
  expect(components.schemas[reference.slice('#/components/schemas/'.length)].properties.type.enum).toEqual([
    'job.finished',
  ])
})
