import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

// Large values of steps are read from where they are stored while an answer is sent: nobody may see that.

let service: TestConduit
let url: URL
/** What no compression makes small. */
const noise = randomBytes(75_000).toString('base64')
const values = [
  'small',
  noise,
  `quotes " and \\ and ☃ 𝄞 ${noise}`,
  { list: [1, null, { text: `nul \0 ${noise}` }] },
  noise.slice(0, 3000),
]

beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  url = new URL(await service.conduit.listen())
  const steps = values.map((_, i) => ({
    action: 'OBJECT.COPY',
    parameters: { value: `{< v${i} >}` },
  }))
  const local_values = Object.fromEntries(values.map((value, i) => [`v${i}`, value]))
  const job = await service.run({ id: 'large', local_values, steps })
  expect(job).toMatchObject({ state: 'succeeded' })
  expect(job.steps?.map((step) => step.return_value)).toEqual(values)
})
afterAll(() => service[Symbol.asyncDispose]())

const shown: readonly (readonly [path: string, valuesOf: (body: ReturnType<typeof JSON.parse>) => unknown[]])[] = [
  ['/v1/jobs/large', (job) => job.steps.map((step: { return_value: unknown }) => step.return_value)],
  [
    '/v1/jobs?include=steps',
    ({ data: [job] }) => job.steps.map((step: { return_value: unknown }) => step.return_value),
  ],
  ['/v1/jobs/large/steps', ({ data }) => data.map((step: { return_value: unknown }) => step.return_value)],
  [
    '/v1/jobs/large/events',
    ({ data }) =>
      data.slice(0, -1).map((event: { data: { step: { return_value: unknown } } }) => event.data.step.return_value),
  ],
]

describe.each(shown)('%s', (path, valuesOf) => {
  test('is the JSON that it is of small values, to the byte, and says how long it is', async () => {
    const answer = await fetch(new URL(path, url))
    const text = await answer.text()
    const body = JSON.parse(text)
    expect(valuesOf(body)).toEqual(values)
    expect(JSON.stringify(body)).toBe(text)
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('has the same headers without a body', async () => {
    const [got, head] = await Promise.all([fetch(new URL(path, url)), fetch(new URL(path, url), { method: 'HEAD' })])
    await got.arrayBuffer()
    for (const name of ['content-length', 'content-type', 'etag', 'cache-control']) {
      expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)])
    }
  })
})

test('one step is whole, and a job that did not change is 304', async () => {
  const step = await fetch(new URL('/v1/jobs/large/steps/4', url))
  expect(await step.json()).toMatchObject({ path: '4', return_value: values[3] })
  const etag = (await fetch(new URL('/v1/jobs/large', url), { method: 'HEAD' })).headers.get('etag') ?? ''
  const again = await fetch(new URL('/v1/jobs/large', url), { headers: { 'if-none-match': etag } })
  expect([again.status, again.headers.get('content-length'), await again.text()]).toEqual([304, null, ''])
})

test('a job that is deleted while it is sent is broken off, and never ends as if it were whole', async () => {
  const steps = Array.from({ length: 30 }, () => ({ action: 'TEXT.CREATE', parameters: { value: '{# a #}' } }))
  await service.run({ id: 'gone', variables: { a: randomBytes(700_000).toString('base64') }, steps })
  const socket = connect(Number(url.port), '127.0.0.1')
  socket.write('GET /v1/jobs/gone HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [first]: [Buffer] = (await once(socket, 'data')) as [Buffer]
  socket.pause()
  const length = Number(/content-length: (\d+)/.exec(first.toString('latin1'))?.[1])
  const deleted = await fetch(new URL('/v1/jobs/gone', url), { method: 'DELETE' })
  expect(deleted.status).toBe(204)
  let received = first.length
  socket.on('data', (chunk: Buffer) => (received += chunk.length))
  socket.on('error', () => undefined)
  socket.resume()
  await once(socket, 'close')
  expect(length).toBeGreaterThan(14_000_000)
  expect(received).toBeLessThan(length)
})
