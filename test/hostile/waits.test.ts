import { expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { threadMs } from '../support/threadTime.ts'

// What strangers may do to jobs that wait: floods of signals, forms and answers that are bombs.

const isOpen = async (service: TestConduit, job: string) =>
  (await service.request('GET', `/v1/questions?job_id=${job}`)).body.data[0]?.id as string | undefined

test('signals by the thousand: a hundred are kept, the rest is 429, and the job takes its own', async () => {
  await using service = await startConduit()
  const waits = { id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } }
  await service.client.jobs.submit({ id: 'a', steps: [waits], output: '{: go :}' })
  const flood = Array.from({ length: 1000 }, (_, i) => service.request('POST', `/v1/jobs/a/signals/other.${i % 7}`, i))
  const statuses = (await Promise.all(flood)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 202)).toHaveLength(100)
  expect(statuses.filter((status) => status === 429)).toHaveLength(900)
  expect((await service.client.jobs.get('a')).state).toMatch(/running|waiting/)
  expect((await service.request('POST', '/v1/jobs/a/cancel')).status).toBe(202)
  expect((await service.client.jobs.wait('a')).state).toBe('cancelled')
})

const deep = (levels: number): object => (levels === 0 ? {} : { properties: { x: deep(levels - 1) } })
const BOMBS: [string, object][] = [
  ['a pattern', { properties: { x: { type: 'string', pattern: '(a+)+$' } } }],
  ['a circle', { $defs: { a: { $ref: '#/$defs/a' } }, properties: { x: { $ref: '#/$defs/a' } } }],
  ['too many levels', deep(20)],
  ['too many schemas', { properties: Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`p${i}`, {}])) }],
  ['a list at the top', { type: 'array' }],
]

test.each(BOMBS)('a form with %s is refused, written or made by a tag', async (_what, form) => {
  await using service = await startConduit()
  const asks = (parameters: object) => ({ steps: [{ id: 'ask', action: 'FLOW.ASK', parameters }], variables: { form } })
  expect((await service.request('POST', '/v1/jobs', asks({ form }))).status).toBe(422)
  const job = await service.run(asks({ form: '{# form #}' }))
  expect([job.state, job.steps?.[0]?.status.name]).toEqual(['failed', 'INVALID_TYPE'])
})

test('an answer that is a bomb is refused within a moment, and the question stays open', async () => {
  await using service = await startConduit()
  const names = { type: 'array', uniqueItems: true, items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }
  const form = { type: 'object', properties: { names, more: names } }
  await service.client.jobs.submit({ id: 'a', steps: [{ action: 'FLOW.ASK', parameters: { form } }] })
  await expect.poll(() => isOpen(service, 'a'), { timeout: PATIENCE_MS }).toBeDefined()
  const url = `/v1/questions/${await isOpen(service, 'a')}/answer`
  const many = Array.from({ length: 60_000 }, (_, i) => ({ i }))
  const began = threadMs()
  const reply = await service.request('POST', url, { value: { names: many, more: many } })
  expect([413, 422]).toContain(reply.status)
  expect(threadMs() - began).toBeLessThan(10_000)
  const nested = `${'['.repeat(5000)}${']'.repeat(5000)}`
  expect((await service.request('POST', url, `{"value":{"x":${nested}}}`)).status).toBeGreaterThanOrEqual(400)
  expect(await isOpen(service, 'a')).toBeDefined()
  expect((await service.request('POST', url, { value: { names: ['x'] } })).status).toBe(200)
})
