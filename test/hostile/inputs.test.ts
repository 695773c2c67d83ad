import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addresses } from './inputs/addresses.ts'
import { bodies } from './inputs/bodies.ts'
import { eventsAndKeys } from './inputs/eventsAndKeys.ts'
import { fields } from './inputs/fields.ts'
import { headers, types } from './inputs/headers.ts'
import type { HostileInput } from './inputs/input.ts'
import { paths } from './inputs/paths.ts'
import { protocol } from './inputs/protocol.ts'
import { queries } from './inputs/queries.ts'
import { webhooks } from './inputs/webhooks.ts'
import { type ServiceUnderFire, startUnderFire } from './process.ts'
import { exchange, head, type RawAnswer } from './wire.ts'

const INPUTS = [protocol, paths, queries, headers, types, eventsAndKeys, bodies, fields, addresses, webhooks].flat()

let database: TestDatabase
let service: ServiceUnderFire
let heapAtFirst = 0

beforeAll(async () => {
  database = await createTestDatabase()
  service = await startUnderFire({ DATABASE_URL: database.url })
  await send({
    ...READY,
    method: 'POST',
    path: '/v1/jobs',
    headers: JSON_TYPE,
    body: '{"id":"made","steps":[{"action":"LOGIC.TRUE"}]}',
  })
  heapAtFirst = await service.heapBytes()
})

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const JSON_TYPE = [['content-type', 'application/json']] as const
const READY: HostileInput = { name: 'ready', method: 'GET', path: '/readyz', status: 200 }

function send({ raw, method, path, headers = [], body }: HostileInput): Promise<RawAnswer> {
  if (raw !== undefined) return exchange(service.url, Buffer.from(raw))
  const payload = Buffer.from((typeof body === 'function' ? body() : body) ?? '')
  const hasLength = headers.some(([name]) => name === 'content-length')
  const length = body === undefined || hasLength ? [] : [['content-length', String(payload.length)] as const]
  return exchange(service.url, Buffer.concat([Buffer.from(head(method, path, [...headers, ...length])), payload]))
}

describe('a service under fire', () => {
  test.each(INPUTS)('$name', async (input) => {
    const answer = await send(input)
    expect(answer.status, answer.text.slice(0, 2000)).toBe(input.status)
    if (input.problem !== undefined) expectProblem(answer, input)
    for (const text of input.without ?? []) expect(answer.text).not.toContain(text)
    expect(answer.text).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(|select .* from/i)
    for (const banner of ['server', 'x-powered-by', 'set-cookie']) expect(answer.headers.has(banner)).toBe(false)
    expect(service.ended()).toBeNull()
    expect((await send(READY)).status).toBe(200)
  })

  test('holds no more memory than before', async () => {
    expect((await service.heapBytes()) - heapAtFirst).toBeLessThan(40 * 1024 * 1024)
  })

  test('ends well, and has no error of its own in its log', async () => {
    expect(await service.close()).toBe(0)
    expect(service.log()).toContain('"msg":"request"')
    expect(service.log()).not.toContain('a request failed')
    expect(service.log()).not.toContain('"level":50')
    expect(service.log()).not.toContain('"level":60')
  })

  test('was fired at with all of them', () => {
    expect(INPUTS.length).toBeGreaterThan(400)
    expect(new Set(INPUTS.map(({ name }) => name)).size).toBeGreaterThan(INPUTS.length - 20)
  })
})

/** A problem as the contract has it, which names the request and nothing of the inside. */
function expectProblem({ headers, body, status }: RawAnswer, input: HostileInput): void {
  const problem = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'))
  expect([problem.type, problem.status]).toEqual([`/problems/${input.problem}`, status])
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(headers.get('x-request-id')).toBe(problem.instance)
  expect(problem.detail.length).toBeLessThan(2000)
  if (input.status === 405) expect(headers.get('allow')).toMatch(/^[A-Z, ]+$/)
  if (input.pointer === undefined) return
  expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).join(' ')).toContain(input.pointer)
}
