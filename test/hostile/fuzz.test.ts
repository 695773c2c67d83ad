import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../src/wire/problem.ts'
import { anyJson } from '../engine/definitions.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { fuzzing } from '../support/fuzzing.ts'
import { type Components, fromSchema, type Schema } from './fromSchema.ts'
import { brokenBytes, mutated } from './mutations.ts'

type Parameter = { readonly name: string; readonly in: string; readonly schema: Schema }
type Operation = {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Components }
}

const document: Document = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8'))
/** A key that is made closes the service for all that follows. */
const LEFT_OUT = ['createKey']

/** How long one request may take at most, on a machine that is busy with other things. */
const PATIENCE_MS = 25_000

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ settings: { STEP_TIMEOUT_SECONDS: '8', JOB_TIMEOUT_SECONDS: '0.3' } })
  for (const id of ['a', 'b']) await service.run({ id, steps: [{ action: 'LOGIC.TRUE', id: 'a' }] })
})
afterAll(() => service[Symbol.asyncDispose]())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
type Sent = { method: Method; url: string; headers: Record<string, string>; payload?: string | Buffer }

/** Sends a request; whatever it was, the answer is no error of the service, and a problem where it is an error. */
async function send(request: Sent) {
  const { statusCode: status, headers, payload } = await service.conduit.http.inject(request)
  expect(status, `${request.method} ${request.url}: ${payload.slice(0, 500)}`).toBeLessThan(500)
  if (status < 400) return { status, payload }
  const problem = JSON.parse(payload)
  expect(Object.keys(PROBLEMS)).toContain(String(problem.type).replace('/problems/', ''))
  expect([problem.status, problem.instance]).toEqual([status, headers['x-request-id']])
  return { status, payload }
}

async function submit(payload: string | Buffer) {
  const headers = { 'content-type': 'application/json', prefer: 'wait=60' }
  const { status, payload: answer } = await send({ method: 'POST', url: '/v1/jobs', headers, payload })
  if (status < 400) expect(JSON.parse(answer)).toMatchObject({ finished_at: expect.any(String) })
  return status
}

const text = fc.oneof(
  fc.constantFrom('a', 'b', '1'),
  fc.string({ maxLength: 10 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const headerValue = fc.stringMatching(/^[\x20-\x7e]{0,20}$/)

function requestsOf(method: string, path: string, operation: Operation): fc.Arbitrary<Sent> {
  const { parameters = [], requestBody } = operation
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const query = fc.record(
    Object.fromEntries(inQuery.map(({ name, schema }) => [name, fromSchema(schema, document.components.schemas)])),
    { requiredKeys: [] },
  )
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  return fc
    .record({
      ids: fc.array(text, { minLength: 3, maxLength: 3 }),
      query,
      more: fc.dictionary(text, text, { maxKeys: 2 }),
      accept: fc.option(fc.oneof(fc.constantFrom('application/json', 'text/event-stream', '*/*'), headerValue)),
      other: fc.dictionary(fc.constantFrom('prefer', 'idempotency-key', 'last-event-id', 'if-none-match'), headerValue),
      body: body === undefined ? fc.constant(undefined) : fromSchema(body, document.components.schemas),
    })
    .map(({ ids, query: asked, more, accept, other, body: sent }): Sent => {
      const given = Object.entries({ ...asked, ...more }).map(([name, value]): [string, string] => [
        name,
        textOf(value),
      ])
      const named = path.replace(/\{\w+\}/g, () => encodeURIComponent((ids.pop() ?? 'a').toWellFormed()) || 'a')
      return {
        method: method.toUpperCase() as Method,
        url: `${named}?${new URLSearchParams(given.filter(([name]) => name !== 'wait'))}`,
        headers: {
          ...other,
          ...(accept === null ? {} : { accept }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(sent) ?? '' }),
      }
    })
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed()
}

describe('a service that is sent anything at all answers, never with an error of its own', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation, name: operation.operationId })),
  )

  test.each(operations.filter(({ name }) => !LEFT_OUT.includes(name)))('$name', async ({ method, path, operation }) => {
    const requests = requestsOf(method, path, operation)
    const property = fc.asyncProperty(requests, async (request) => void (await send(request)))
    await fc.assert(property, { ...fuzzing(20), timeout: PATIENCE_MS })
  })

  test('a definition with some places changed is refused, or its job ends', async () => {
    const statuses = new Set<number>()
    const property = fc.asyncProperty(mutated, async (definition) => {
      statuses.add(await submit(JSON.stringify(definition)))
    })
    await fc.assert(property, { ...fuzzing(60), timeout: PATIENCE_MS })
    expect([...statuses]).toEqual(expect.arrayContaining([200, 422]))
  })

  test('a definition with some bytes changed is refused, or its job ends', async () => {
    const property = fc.asyncProperty(brokenBytes, async (bytes) => void (await submit(bytes)))
    await fc.assert(property, { ...fuzzing(60), timeout: PATIENCE_MS })
  })

  test('any JSON is refused, or its job ends', async () => {
    const property = fc.asyncProperty(anyJson, async (json) => void (await submit(JSON.stringify(json) ?? '')))
    await fc.assert(property, { ...fuzzing(60), timeout: PATIENCE_MS })
  })
})
