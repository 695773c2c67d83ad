import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBlocks } from '../../cases/testBlocks.ts'
import { startReceiver, type Visit } from '../../outbound/receiver.ts'
import { startConduit, type TestConduit } from '../../support/conduit.ts'
import { addWebhook, LOCAL, verified } from '../../webhooks/delivery.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

// Answers by people without a key: a link that is good for one wait alone.

const PUBLIC_URL = 'https://conduit.example/base/'
const FORM = {
  type: 'object',
  properties: { amount: { type: 'integer', minimum: 1 }, sure: { type: 'boolean' }, why: { enum: ['a', 'b'] } },
  required: ['amount'],
  additionalProperties: false,
}

let receiver: Awaited<ReturnType<typeof startReceiver>>
let service: TestConduit
const log: string[] = []

beforeAll(async () => {
  receiver = await startReceiver()
  const lines = new Writable({ write: (chunk, _encoding, done) => (log.push(String(chunk)), done()) })
  service = await startConduit({
    settings: { ...LOCAL, PUBLIC_URL, VALUE_LIMIT_BYTES: '4096' },
    blocks: testBlocks,
    log: pino({ level: 'trace' }, lines),
  })
  await addWebhook(service, receiver.url, { events: ['step.waiting'] })
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const bodyOf = (visit: Visit) => verified(visit).data

/** The link that was told of a job's question, as a path. */
async function linkOf(job: string): Promise<string> {
  const told = () => receiver.visits.map(bodyOf).find(({ job: { id } }) => id === job)
  await expect
    .poll(() => told()?.answer_url, { timeout: PATIENCE_MS })
    .toMatch(/^https:\/\/conduit\.example\/base\/answers\//)
  return told().answer_url.slice('https://conduit.example/base'.length)
}

async function ask(id: string, parameters: Record<string, unknown> = {}, more: object = {}): Promise<string> {
  const steps = [{ id: 'ask', action: 'FLOW.ASK', parameters, ...more }]
  await service.client.jobs.submit({
    id,
    name: 'secret name',
    metadata: { a: 'b' },
    steps,
    output: '{: ask :}',
  })
  return linkOf(id)
}

const over = (id: string) => service.client.jobs.wait(id)
const post = (url: string, form: Record<string, string>) =>
  service.request('POST', url, new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
  })

test('shows a page that changes nothing, and takes JSON once', async () => {
  const url = await ask('json', { title: 'Pay?', text: 'A sum', form: FORM, to: 'finance' })
  for (let i = 0; i < 2; i++) {
    const { status, headers, body } = await service.request('GET', url)
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(body).toContain('<h1 dir="auto">Pay?</h1>')
    expect(body).not.toMatch(/secret name|<script|"json"/)
    const [, nonce] = /<style nonce="([^"]+)">/.exec(body) ?? []
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; frame-ancestors 'none'; form-action 'self'; style-src 'nonce-${nonce}'`,
    )
    expect(headers).toMatchObject({ 'referrer-policy': 'same-origin', 'cache-control': 'no-store' })
  }
  const wrong = await service.request('POST', url, { value: { amount: 0 } })
  expect([wrong.status, wrong.body.type, wrong.body.errors[0].pointer]).toEqual([
    ...[422, '/problems/invalid-answer', '/value/amount'],
  ])
  const { status, body } = await service.request('POST', url, { value: { amount: 2 } })
  const answer = { value: { amount: 2 }, by: 'finance', at: expect.any(String) }
  expect([status, body.state, body.answer, body.job_id]).toEqual([200, 'answered', answer, undefined])
  expect((await over('json')).output).toEqual(answer)
  const again = await service.request('POST', url, { value: { amount: 3 } })
  expect([again.status, again.body.type]).toEqual([409, '/problems/question-answered'])
  expect((await service.request('GET', url)).body).toContain('This question was answered.')
})

describe('takes a form', () => {
  test('with a field for each property', async () => {
    const url = await ask('fields', { form: FORM })
    const wrong = await post(url, { amount: 'many', sure: 'true' })
    expect(wrong.status).toBe(422)
    expect(wrong.body).toContain('role="alert"')
    expect(wrong.body).toContain('value="many"')
    const { status, body } = await post(url, { amount: '4', sure: 'on', why: '', by: 'Ada' })
    expect([status, body]).toEqual([200, expect.stringContaining('Your answer was taken.')])
    expect((await over('fields')).output).toMatchObject({ value: { amount: 4, sure: true }, by: 'Ada' })
    const again = await post(url, { amount: '4' })
    expect([again.status, again.headers['content-type']]).toEqual([409, 'text/html; charset=utf-8'])
  })

  test('with the whole as JSON', async () => {
    const form = { type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } }
    const url = await ask('whole', { form })
    expect((await service.request('GET', url)).body).toContain('<textarea id="value" name="value"')
    expect((await post(url, { value: '{' })).status).toBe(422)
    expect((await post(url, { value: '{"list":["x"]}' })).status).toBe(200)
    expect((await over('whole')).output).toMatchObject({ value: { list: ['x'] }, by: 'anonymous' })
  })
})

test('guessed, changed, cut and strange links lead nowhere', async () => {
  const url = await ask('guessed')
  const token = url.slice('/answers/'.length)
  const [payload = '', mac = ''] = token.split('.')
  const other = Buffer.from(JSON.stringify(['other', 'guessed', '0'])).toString('base64url')
  const guesses = [
    ...['x', '.', `${payload}.`, `.${mac}`, payload, `${other}.${mac}`, `${payload}.${mac.slice(1)}A`],
    ...[`${token}.`, `${token}x`.replace('.', '%2E%2E'), 'x'.repeat(1500)],
  ]
  for (const guess of guesses) {
    expect([guess, (await service.request('GET', `/answers/${guess}`)).status]).toEqual([guess, 404])
    const reply = await service.request('POST', `/answers/${guess}`, { value: { approved: true } })
    expect([guess, reply.status, reply.body.type]).toEqual([guess, 404, '/problems/not-found'])
  }
  expect((await service.request('POST', url, { value: { approved: true } })).status).toBe(200)
})

test('of twenty answers by link at once one holds; after a cancel none does', async () => {
  const url = await ask('raced', { form: FORM })
  const raced = Array.from({ length: 20 }, (_, i) => service.request('POST', url, { value: { amount: i + 1 } }))
  const held = (await Promise.all(raced)).filter(({ status }) => status === 200)
  expect(held).toHaveLength(1)
  expect((await over('raced')).output).toEqual(held[0]?.body.answer)
  const late = await ask('cancelled')
  await service.client.jobs.cancel('cancelled')
  const reply = await service.request('POST', late, { value: { approved: true } })
  expect([reply.status, reply.body.type]).toEqual([409, '/problems/question-expired'])
  expect((await service.request('GET', late)).body).toContain('not open any more')
})

test('`wait.url` is the answer or the signal, for that wait alone', async () => {
  const tell = [{ id: 'tell', action: 'TEST.LOG', parameters: { line: '{% wait.url %}' } }]
  const steps = [
    { id: 'first', action: 'FLOW.SIGNAL', parameters: { name: 'paid' }, steps: tell },
    { id: 'second', action: 'FLOW.SIGNAL', parameters: { name: 'paid' }, steps: tell },
    { id: 'third', action: 'FLOW.ASK', steps: tell },
  ]
  await service.client.jobs.submit({ id: 'meanwhile', steps, output: ['{: first :}', '{: second :}'] })
  const told = async (path: string) => {
    const url = `/v1/jobs/meanwhile/steps/${path}/wait/tell`
    const value = async () => (await service.request('GET', url)).body.return_value
    await expect.poll(value, { timeout: PATIENCE_MS }).toMatch(/^https:/)
    return String(await value()).slice('https://conduit.example/base'.length)
  }
  const first = await told('first')
  const sent = await service.request('POST', first, { of: 'the third party' })
  expect([sent.status, sent.body]).toEqual([200, { name: 'paid', pending: 1 }])
  const second = await told('second')
  const again = await service.request('POST', first, { replayed: true })
  expect([again.status, again.body.type]).toEqual([409, '/problems/question-answered'])
  expect((await service.request('GET', second)).status).toBe(200)
  expect((await post(second, { paid: 'yes' })).status).toBe(200)
  const third = await told('third')
  expect((await service.request('POST', third, { value: { approved: true } })).status).toBe(200)
  expect((await over('meanwhile')).output).toEqual([{ of: 'the third party' }, { paid: 'yes' }])
})

test('what is too large is refused, and no token stands in a log, a metric or another answer', async () => {
  const url = await ask('large', { form: { type: 'object' } })
  expect((await service.request('POST', url, { value: { x: 'y'.repeat(5000) } })).status).toBe(413)
  expect((await post(url, { value: JSON.stringify({ x: 'y'.repeat(5000) }) })).status).toBe(413)
  expect((await service.request('PUT', url, {})).status).toBe(405)
  const { body: metrics } = await service.request('GET', '/metrics')
  const { body: audit } = await service.request('GET', '/v1/audit')
  const { body: events } = await service.request('GET', '/v1/jobs/large/events')
  const job = await service.client.jobs.get('large')
  const said = [...log, metrics, ...[audit, events, job].map((body) => JSON.stringify(body))].join('\n')
  expect(log.length).toBeGreaterThan(20)
  for (const { answer_url: link } of receiver.visits.map(bodyOf)) {
    if (link === undefined) continue
    for (const part of link.split('/').at(-1).split('.')) expect(said.includes(part)).toBe(false)
  }
})

test('without PUBLIC_URL links are left out', async () => {
  await using other = await startConduit({ settings: LOCAL, blocks: testBlocks })
  await addWebhook(other, `${receiver.url}/other`, { events: ['step.waiting'] })
  const tell = [{ id: 'tell', action: 'TEST.LOG', parameters: { line: '{% wait.url %}' } }]
  await other.client.jobs.submit({ id: 'plain', steps: [{ id: 'ask', action: 'FLOW.ASK', steps: tell }] })
  const told = () => receiver.visits.filter(({ url }) => url === '/other').map(bodyOf)
  await expect.poll(told, { timeout: PATIENCE_MS }).toHaveLength(1)
  expect(told()[0]).not.toHaveProperty('answer_url')
  const value = () => other.client.jobs.step('plain', 'ask/wait/tell')
  await expect.poll(async () => (await value()).status?.name, { timeout: PATIENCE_MS }).toBe('DONE')
  expect((await value()).return_value).toBeNull()
})
