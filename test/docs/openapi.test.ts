import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeService } from '../../openapi/describe.ts'
import { patternInWords } from '../../src/wire/patterns.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

/** Read as it is: a description of anything. */
type Description = ReturnType<typeof JSON.parse>

const committed = await readFile(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')

test('the committed OpenAPI document is that of the routes; `npm run openapi` writes it anew', async () => {
  expect(committed).toBe(await describeService())
})

test('the service gives the committed document', async () => {
  await using service = await startConduit()
  expect((await service.request('GET', '/openapi.json')).body).toEqual(JSON.parse(committed))
})

test('what does not fit a pattern is told in words, and not by the pattern', () => {
  const patterns = new Set(
    [...committed.matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g)].map(([, text]) => JSON.parse(text ?? '')),
  )
  expect(patterns.size).toBeGreaterThan(5)
  expect([...patterns].filter((pattern) => patternInWords(pattern) === null)).toEqual([])
})

test('every operation has an id, a summary and a description, and no two ids are the same', () => {
  const { paths } = JSON.parse(committed) as { paths: Record<string, Record<string, Record<string, unknown>>> }
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  for (const { summary, description } of operations) expect([summary, description]).not.toContain(undefined)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})

test('what the service calls is described too: a webhook for each kind of message, a callback for each field', () => {
  const { webhooks, paths, components } = JSON.parse(committed)
  expect(Object.keys(webhooks)).toEqual(['step.updated', 'step.waiting', 'job.finished', 'webhook.test'])
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

describe('a client that is generated from the document', () => {
  let shared: TestConduit
  beforeAll(async () => {
    shared = await startConduit()
  })
  afterAll(() => shared[Symbol.asyncDispose]())

  const document = JSON.parse(committed)
  const { schemas } = document.components
  const operations = Object.values<Record<string, Description>>(document.paths).flatMap((path) => Object.values(path))
  const find = (id: string) => operations.find(({ operationId }) => operationId === id)

  test('takes names that come later: states, statuses, kinds of events', () => {
    for (const schema of [
      schemas.Job.properties.state,
      schemas.Status.properties.name,
      schemas.Delivery.properties.state,
    ])
      expect(schema).toMatchObject({ type: 'string', 'x-extensible-enum': expect.any(Array) })
    expect(JSON.stringify(schemas.Job)).not.toContain('"enum"')
  })

  test('gets JSON at 200, and finds the stream apart', () => {
    for (const id of ['submitJob', 'listEvents']) {
      const ok = find(id).responses[200]
      expect(Object.keys(ok.content)).toEqual(['application/json'])
      const { $ref, anyOf } = ok['x-event-stream'].schema
      expect($ref ?? anyOf[0].$ref).toBe('#/components/schemas/Event')
    }
    expect(schemas.Event.discriminator).toEqual({
      propertyName: 'type',
      mapping: {
        'step.updated': '#/components/schemas/StepUpdated',
        'step.waiting': '#/components/schemas/StepWaiting',
        'job.finished': '#/components/schemas/JobFinished',
      },
    })
  })

  test('signs in with a key or not at all, and never sends one as ?token=', () => {
    expect(Object.keys(document.components.securitySchemes)).toEqual(['key'])
    expect(find('getJob').security).toEqual([{ key: [] }, {}])
    expect(find('getJob')['x-scopes']).toEqual(['jobs:read'])
    expect(find('getJob').description).toMatch(/Needs the scope `jobs:read`\.$/)
    expect(find('getJob').parameters.map(({ name }: { name: string }) => name)).toContain('token')
  })

  test('knows the headers of answers, and the bounds of parameters', () => {
    expect(Object.keys(find('submitJob').responses[202].headers)).toEqual(
      expect.arrayContaining(['X-Request-Id', 'Location', 'Link', 'Idempotency-Replayed', 'RateLimit']),
    )
    expect(Object.keys(find('getJob').responses[304].headers)).toContain('ETag')
    for (const { operationId, responses, parameters = [] } of operations) {
      for (const status of ['429', '503']) {
        if (status in responses)
          expect([operationId, Object.keys(responses[status].headers)]).toEqual([
            operationId,
            expect.arrayContaining(['Retry-After']),
          ])
      }
      for (const { name, schema } of parameters) {
        const bounded = schema.type !== 'string' || schema.enum || schema.format || schema.pattern || schema.maxLength
        expect([operationId, name, Boolean(bounded)]).toEqual([operationId, name, true])
      }
    }
    const filters = find('listJobs').parameters
    expect(filters.find(({ name }: { name: string }) => name === 'created_after').schema.format).toBe('date-time')
    expect(filters.map(({ name }: { name: string }) => name)).toContain('metadata.KEY')
    for (const { stored_bytes } of [schemas.Limits.properties, schemas.LimitsInput.properties])
      expect(JSON.stringify(stored_bytes)).toContain('int64')
    expect([find('createJobToken').requestBody.required, find('submitJob').requestBody.required]).toEqual([false, true])
  })

  test.each<[path: string, body: object]>([
    ['/v1/webhooks', { url: 'ftp://example.com/' }],
    ['/v1/webhooks', { url: 'https://example.com/', secret: 'whsec_short' }],
    ['/v1/webhooks', { url: 'https://example.com/', secret: 'secret of my own' }],
    ['/v1/jobs', { steps: [], on_job_finish: { url: 'example.com' } }],
    ['/v1/jobs', { steps: [], metadata: { 'no key': 'x' } }],
    ['/v1/jobs', { steps: [], metadata: { key: 1 } }],
    ['/v1/jobs', { steps: [], block_limit_overrides: { 'TEXT.JOIN': '1' } }],
    ['/v1/jobs', { steps: [], on_job_finish: { url: 'https://example.com/', secret: 'mine' } }],
    ['/v1/jobs', { steps: [], id: '-' }],
  ])('is told before the service tells it: %s does not take %j', async (path, body) => {
    const { schema } = document.paths[path].post.requestBody.content['application/json']
    const takes = new Ajv2020({ strict: false, validateFormats: false }).compile({
      ...schema,
      components: document.components,
    })
    expect([takes(body), (await shared.request('POST', path, body)).status]).toEqual([false, 422])
  })

  test('can send the example of every body as it stands', async () => {
    const settings = { SECRETS_KEY: 'a key of the operator, with 32 characters' }
    await using service = await startConduit({ settings })
    const { id } = await service.run({ id: 'example', steps: [] })
    const { body: webhook } = await service.request('POST', '/v1/webhooks', { url: 'https://example.com/hook' })
    const ids: Record<string, string> = { definitions: 'example', jobs: id, webhooks: webhook.id, tenants: 'acme' }
    for (const [path, methods] of Object.entries<Record<string, Description>>(document.paths)) {
      for (const [method, { operationId, requestBody }] of Object.entries(methods)) {
        // A job that is over has no other moment to be given, and takes no signal and no answer.
        if (['rescheduleJob', 'signalJob', 'answerQuestion'].includes(operationId)) continue
        if (requestBody === undefined || path.startsWith('/v1/keys') || path === '/v1/session') continue
        const { example } = requestBody.content['application/json']
        const url = path.replace(/\{\w+\}/, ids[path.split('/')[2] ?? ''] ?? 'none')
        const reply = await service.request(method.toUpperCase() as 'POST', url, example)
        expect([operationId, reply.status < 300, reply.body.detail]).toEqual([operationId, true, undefined])
      }
    }
    const made = await service.request('POST', '/v1/keys', { ...schemas.KeyInput.examples[0], scopes: ['admin'] })
    const authorization = `Bearer ${made.body.secret}`
    const key = (method: 'PATCH' | 'POST', path: string, body: unknown) =>
      service.request(method, `/v1/keys${path}`, body, { authorization })
    expect((await key('POST', '', schemas.KeyInput.examples[0])).status).toBe(201)
    expect((await key('PATCH', `/${made.body.id}`, schemas.KeyChange.examples[0])).status).toBe(200)
    expect((await key('POST', `/${made.body.id}/rotate`, schemas.KeyRotation.examples[0])).status).toBe(200)
  })
})
