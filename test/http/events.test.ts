import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { openStream } from '../support/eventStream.ts'

let service: TestConduit
let url: string
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks, settings: { PORT: '0', CORS_ORIGINS: 'https://app.example' } })
  url = await service.conduit.listen()
})
afterAll(() => service[Symbol.asyncDispose]())

const sleeping = (id: string, seconds = 30) => ({
  id,
  steps: [{ action: 'LOGIC.TRUE' }, { action: 'TIME.SLEEP', parameters: { seconds } }, { action: 'LOGIC.TRUE' }],
})
const stream = (id: string, init: RequestInit = {}, query = '') =>
  openStream(`${url}/v1/jobs/${id}/events${query}`, init)
const list = async (id: string, query = '') => service.request('GET', `/v1/jobs/${id}/events${query}`)

describe('the events of a job', () => {
  test('are its steps in the order in which they ended, then its end, numbered without gaps', async () => {
    const job = await service.run({
      name: 'named',
      metadata: { a: 'b' },
      steps: [
        { action: 'LOGIC.TRUE', id: 'first' },
        { action: 'TEST.FAIL', id: 'second' },
        { action: 'LOGIC.TRUE', id: 'third' },
        { action: 'LOGIC.FALSE', id: 'fourth', forced: true },
      ],
    })
    const { status, body } = await list(job.id)
    expect(status).toBe(200)
    const whole = await service.client.jobs.get(job.id)
    const { steps: shown, ...withoutSteps } = whole
    // Parameters as they were after tags are nobody's but the reader's of the job.
    const steps = (shown ?? []).map((step) => ({ ...step, resolved: undefined }))
    expect(body.data).toEqual([
      ...steps.map((step, i) => ({
        type: 'step.updated',
        seq: i + 1,
        timestamp: step.finished_at,
        data: { job: { id: job.id, name: 'named', state: 'running', success: null }, step },
      })),
      {
        type: 'job.finished',
        seq: 5,
        timestamp: whole.finished_at,
        data: { job: withoutSteps, failed_step: steps[1] },
      },
    ])
  })

  test('of a job without steps, or without a failure, are as few as that', async () => {
    const { id } = await service.run({ steps: [] })
    const { data } = (await list(id)).body
    expect(data.map(({ type, seq }: { type: string; seq: number }) => [type, seq])).toEqual([['job.finished', 1]])
    expect(data[0].data.failed_step).toBeNull()
  })

  test('come in parts by after and limit', async () => {
    const { id } = await service.run({ steps: Array.from({ length: 250 }, () => ({ action: 'LOGIC.TRUE' })) })
    const seqs = async (query: string) => (await list(id, query)).body.data.map(({ seq }: { seq: number }) => seq)
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
    expect(await seqs('')).toEqual(range(1, 200))
    expect(await seqs('?after=200')).toEqual(range(201, 251))
    expect(await seqs('?limit=1000')).toEqual(range(1, 251))
    expect(await seqs('?after=99&limit=3')).toEqual([100, 101, 102])
    expect(await seqs('?after=251')).toEqual([])
    expect(await seqs('?after=9999')).toEqual([])
  })

  test.each(['after=-1', 'after=x', 'after=1.5', 'limit=0', 'limit=x', 'after=1&after=2'])(
    'are not found by ?%s: 400',
    async (query) => {
      const { id } = await service.run({ steps: [] })
      expect((await list(id, `?${query}`)).body.type).toBe('/problems/malformed-request')
    },
  )

  test('of an unknown job are 404, in either form', async () => {
    expect((await list('nobody')).status).toBe(404)
    await using missing = await stream('nobody')
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
  })
})

describe('a stream', () => {
  test('gives past events, then live ones, and ends after job.finished', async () => {
    await service.client.jobs.submit(sleeping('live'))
    await using live = await stream('live')
    expect((await live.next())?.data.data.step.position).toBe(1)
    await service.client.jobs.cancel('live')
    const rest = await live.rest()
    expect(rest.map(({ id, event }) => [id, event])).toEqual([
      ['2', 'step.updated'],
      ['3', 'step.updated'],
      ['4', 'job.finished'],
    ])
    expect(live.text()).toMatch(/^retry: 2000\n\n/)
    expect(live.text().match(/retry/g)).toHaveLength(1)
    const listed = (await list('live')).body.data
    expect(rest.map(({ data }) => data)).toEqual(listed.slice(1))
  })

  test('goes on at every place without loss or repeat, and answers 204 after the end', async () => {
    const { id } = await service.run({ steps: Array.from({ length: 120 }, () => ({ action: 'LOGIC.TRUE' })) })
    for (const after of [0, 1, 50, 99, 100, 101, 119, 120]) {
      await using by = await stream(id, { headers: { 'last-event-id': String(after) } }, '?after=7')
      const events = await by.rest()
      expect(events.map((event) => Number(event.id))).toEqual(
        Array.from({ length: 121 - after }, (_, i) => after + i + 1),
      )
    }
    await using query = await stream(id, {}, '?after=120')
    expect((await query.rest()).map(({ event }) => event)).toEqual(['job.finished'])
    for (const after of ['121', '500', '99999999999999999999']) {
      await using over = await stream(id, { headers: { 'last-event-id': after } })
      expect([over.status, await over.next()]).toEqual([204, null])
    }
  })

  test('refuses a place that is none, or lies behind the last event of a job that is not over', async () => {
    await service.client.jobs.submit(sleeping('places'))
    for (const place of ['x', '-1', '1.0', '2', '1, 2']) {
      await using refused = await stream('places', { headers: { 'last-event-id': place } })
      expect([place, refused.status]).toEqual([place, 400])
    }
    await using taken = await stream('places', { headers: { 'last-event-id': '1' } })
    expect(taken.status).toBe(200)
    expect((await list('places', '?after=2')).status).toBe(400)
    await service.client.jobs.cancel('places')
  })

  test('has the headers that proxies and browsers need', async () => {
    const { id } = await service.run({ steps: [] })
    await using opened = await stream(id, { headers: { origin: 'https://app.example', 'x-request-id': 'mine' } })
    const headers = Object.fromEntries(opened.headers)
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': 'mine',
      'access-control-allow-origin': 'https://app.example',
    })
    const preflight = await fetch(`${url}/v1/jobs/${id}/events`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'last-event-id',
      },
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'last-event-id'])
  })

  test('is given to who prefers it, JSON to everybody else, and nothing to who takes neither', async () => {
    const { id } = await service.run({ steps: [] })
    const typeFor = async (accept: string) => {
      const reply = await fetch(`${url}/v1/jobs/${id}/events`, { headers: { accept } })
      await reply.arrayBuffer()
      return `${reply.status} ${reply.headers.get('content-type')?.split(';')[0]}`
    }
    expect(await typeFor('*/*')).toBe('200 application/json')
    expect(await typeFor('application/json')).toBe('200 application/json')
    expect(await typeFor('text/event-stream, */*;q=0.1')).toBe('200 text/event-stream')
    expect(await typeFor('application/json, text/event-stream;q=0.5')).toBe('200 application/json')
    expect(await typeFor('text/html')).toBe('406 application/problem+json')
  })

  test('answers HEAD with its head alone', async () => {
    await service.client.jobs.submit(sleeping('head'))
    const head = await fetch(`${url}/v1/jobs/head/events`, { method: 'HEAD', headers: { accept: 'text/event-stream' } })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'text/event-stream', ''])
    const json = await fetch(`${url}/v1/jobs/head/events`, { method: 'HEAD' })
    expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    await service.client.jobs.cancel('head')
  })

  test('is counted while it is open, and freed when its client goes away', async () => {
    await service.client.jobs.submit(sleeping('gone'))
    const streams = async () => /conduit_sse_streams (\d+)/.exec((await service.request('GET', '/metrics')).body)?.[1]
    const before = Number(await streams())
    const opened = await stream('gone')
    await opened.next()
    expect(Number(await streams())).toBe(before + 1)
    const closed = once(service.conduit.telemetry, 'streamClosed')
    await opened.close()
    expect(await closed).toMatchObject([{ id: 'gone', reason: 'client-gone' }])
    expect(Number(await streams())).toBe(before)
    await service.client.jobs.cancel('gone')
  })

  test('shows each of fifty readers all events', async () => {
    await service.client.jobs.submit(sleeping('many', 0.3))
    const texts = await Promise.all(
      Array.from({ length: 50 }, async () => {
        await using one = await stream('many')
        await one.rest()
        return one.text().replaceAll(':\n\n', '')
      }),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]?.match(/^id: /gm)).toHaveLength(4)
  })
})

describe('POST /v1/jobs with Accept: text/event-stream', () => {
  const post = (body: object, headers: Record<string, string> = {}) =>
    openStream(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify(body),
    })

  test('answers 200 with a Location, and with the stream from the first event on', async () => {
    await using opened = await post(sleeping('watched', 0.1))
    expect([opened.status, opened.headers.get('location')]).toEqual([200, '/v1/jobs/watched'])
    expect(opened.headers.get('content-type')).toBe('text/event-stream')
    expect((await opened.rest()).map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
  })

  test('answers a repeat with the same stream, and says that it is one', async () => {
    const key = { 'idempotency-key': 'stream-1' }
    await using first = await post({ steps: [{ action: 'LOGIC.TRUE' }] }, key)
    await using again = await post({ steps: [{ action: 'LOGIC.TRUE' }] }, key)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.rest()).toEqual(await first.rest())
  })

  test('says what is wrong with a definition as a problem', async () => {
    await using refused = await post({ steps: [{}] })
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      422,
      'application/problem+json; charset=utf-8',
    ])
  })
})

test('large values come in pages, and nothing is lost between them', async () => {
  const text = Array.from({ length: 200_000 }, () => Math.random().toString(36)[2]).join('')
  const { id } = await service.run({
    variables: { text },
    steps: Array.from({ length: 12 }, () => ({ action: 'TEST.ECHO_ASYNC', parameters: { value: '{# text #}' } })),
  })
  await using opened = await stream(id)
  const events = await opened.rest()
  expect(events.map((event) => event.id)).toEqual(Array.from({ length: 13 }, (_, i) => String(i + 1)))
  expect(events.slice(0, 12).every(({ data }) => data.data.step.return_value === text)).toBe(true)
  expect((await list(id)).body.data).toEqual(events.map(({ data }) => data))
})
