import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testBlocks } from '../cases/testBlocks.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit({ blocks: testBlocks })
})
afterAll(() => service[Symbol.asyncDispose]())

const simple = { steps: [{ action: 'text.uppercase', parameters: { text: 'a' } }] }
const sleeping = (id: string) => ({
  id,
  steps: [
    { action: 'TIME.SLEEP', parameters: { seconds: 30 } },
    { action: 'LOGIC.TRUE' },
    { action: 'LOGIC.TRUE', forced: true },
  ],
})

describe('POST /v1/jobs', () => {
  test('accepts a job with 202, a Location and the job as it is', async () => {
    const { status, headers, body } = await service.request('POST', '/v1/jobs', { ...simple, id: 'mine' })
    expect([status, headers['location'], body.id]).toEqual([202, '/v1/jobs/mine', 'mine'])
    expect(headers['link']).toBe('</v1/jobs/mine>; rel="monitor"')
    expect(body.steps[0].action).toBe('TEXT.UPPERCASE')
  })

  test('answers 200 when the job is over and the client waits', async () => {
    const { status, headers, body } = await service.request('POST', '/v1/jobs', simple, { prefer: 'wait=10' })
    expect([status, headers['preference-applied'], body.state]).toEqual([200, 'wait=10', 'succeeded'])
  })

  test('refuses an id that is taken', async () => {
    await service.request('POST', '/v1/jobs', { ...simple, id: 'taken' })
    const { status, body } = await service.request('POST', '/v1/jobs', { ...simple, id: 'taken' })
    expect([status, body.type]).toEqual([409, '/problems/job-exists'])
  })

  test.each([
    [{ steps: [{ action: 5 }] }, '/steps/0/action'],
    [{ steps: [], global_values: {} }, '/global_values'],
    [{}, '/steps'],
    [{ steps: [{ action: 'A', id: 'a/b' }] }, '/steps/0/id'],
    [{ steps: [], tags: ['a\0'] }, '/tags/0'],
    ['{"steps":[],"variables":{"n":9007199254740993}}', '/variables/n'],
    ['{"steps":[],"variables":{"n":1e400}}', '/variables/n'],
    [{ steps: [], on_job_finish: { url: 'http://127.0.0.1/' } }, '/on_job_finish/url'],
  ])('refuses %j with 422 and points at %s', async (body, pointer) => {
    const reply = await service.request('POST', '/v1/jobs', body)
    expect([reply.status, reply.body.type]).toEqual([422, '/problems/invalid-definition'])
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  test.each([
    ['{', 400, 'malformed-request'],
    ['{"steps":[],"__proto__":{}}', 400, 'malformed-request'],
    [`{"steps":[],"name":"${'x'.repeat(1_100_000)}"}`, 413, 'payload-too-large'],
  ])('refuses a body that starts %.20s with %i', async (body, status, slug) => {
    const reply = await service.request('POST', '/v1/jobs', body)
    expect([reply.status, reply.body.type]).toEqual([status, `/problems/${slug}`])
  })

  test('keeps NUL, lone surrogates, keys such as constructor, and deep values as they came', async () => {
    const odd = { nul: 'a\0b', lone: '\ud800', constructor: { prototype: 1 }, toString: 'x', deep: [[[[[[[1]]]]]]] }
    const job = await service.run({
      variables: { odd },
      steps: [{ action: 'TEST.ECHO_ASYNC', parameters: { value: '{# odd #}' } }],
    })
    expect(job.steps?.[0]?.return_value).toEqual(odd)
    expect((await service.request('GET', `/v1/jobs/${job.id}`)).body.variables.odd).toEqual(odd)
  })

  test('makes one job of twenty equal requests with one idempotency key', async () => {
    const post = (body: object) => service.request('POST', '/v1/jobs', body, { 'idempotency-key': 'k-1' })
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(simple)))
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(19)
    expect((await post({ ...simple, name: 'other' })).body.type).toBe('/problems/idempotency-conflict')
  })
})

describe('a job', () => {
  test('has an ETag, and 304 answers who has it already', async () => {
    const { id } = await service.run(simple)
    const { headers } = await service.request('GET', `/v1/jobs/${id}`)
    const again = await service.request('GET', `/v1/jobs/${id}`, undefined, {
      'if-none-match': String(headers['etag']),
    })
    expect([again.status, again.body]).toEqual([304, ''])
  })

  test('is cancelled: the step in hand is killed, later ones are skipped, forced ones run', async () => {
    await service.request('POST', '/v1/jobs', sleeping('c-1'))
    const { status, body } = await service.request('POST', '/v1/jobs/c-1/cancel')
    expect([status, body.state, body.success, body.failed_step]).toEqual([202, 'cancelled', false, '1'])
    const names = body.steps.map((step: { status: { name: string } }) => step.status.name)
    expect(names).toEqual(['KILLED_MANUALLY', 'SKIPPED', 'DONE'])
    expect((await service.request('POST', '/v1/jobs/c-1/cancel')).status).toBe(202)
  })

  test('is deleted when it is over, and its id is free again', async () => {
    await service.request('POST', '/v1/jobs', sleeping('d-1'))
    expect((await service.request('DELETE', '/v1/jobs/d-1')).body.type).toBe('/problems/job-not-finished')
    await service.request('POST', '/v1/jobs/d-1/cancel')
    expect((await service.request('DELETE', '/v1/jobs/d-1')).status).toBe(204)
    expect((await service.request('GET', '/v1/jobs/d-1')).status).toBe(404)
    expect((await service.request('POST', '/v1/jobs', { ...simple, id: 'd-1' })).status).toBe(202)
  })

  test('that ended can no longer be cancelled', async () => {
    const { id } = await service.run(simple)
    expect((await service.request('POST', `/v1/jobs/${id}/cancel`)).body.type).toBe('/problems/job-finished')
  })

  test('tells its steps in pages, and one by its path', async () => {
    const steps = [
      { action: 'LOGIC.TRUE', id: 'with space.and dot' },
      { action: 'LOGIC.TRUE' },
      { action: 'LOGIC.FALSE' },
    ]
    const { id } = await service.run({ steps })
    const first = (await service.request('GET', `/v1/jobs/${id}/steps?limit=2`)).body
    const rest = (await service.request('GET', `/v1/jobs/${id}/steps?cursor=${first.next_cursor}`)).body
    expect([first.data.length, rest.data.length, rest.next_cursor]).toEqual([2, 1, null])
    const one = await service.request('GET', `/v1/jobs/${id}/steps/${encodeURIComponent('with space.and dot')}`)
    expect(one.body.position).toBe(1)
  })
})

describe('GET /v1/jobs', () => {
  test('filters by state, name, tag and metadata, and pages through all without repeat or gap', async () => {
    await using own = await startConduit({ blocks: testBlocks })
    for (let i = 0; i < 12; i++) {
      const action = i % 3 === 0 ? 'TEST.FAIL' : 'LOGIC.TRUE'
      await own.run({
        id: `l-${i}`,
        name: i % 2 ? 'odd' : 'even',
        tags: [`t${i % 2}`],
        metadata: { n: String(i % 4) },
        steps: [{ action }],
      })
    }
    const ids = async (query: string) =>
      (await own.request('GET', `/v1/jobs?${query}`)).body.data.map(({ id }: { id: string }) => id)
    expect(await ids('state=failed')).toEqual(['l-9', 'l-6', 'l-3', 'l-0'])
    expect(await ids('name=odd&state=failed')).toEqual(['l-9', 'l-3'])
    expect(await ids('tag=t0&metadata.n=2')).toEqual(['l-10', 'l-6', 'l-2'])
    expect(await ids('state=succeeded&tag=t1&limit=2')).toEqual(['l-11', 'l-7'])
    const seen: string[] = []
    for (let url = '/v1/jobs?limit=5'; ; ) {
      const { body } = await own.request('GET', url)
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      if (body.next_cursor === null) break
      await own.run(simple)
      url = `/v1/jobs?limit=5&cursor=${body.next_cursor}`
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => `l-${11 - i}`))
  })

  test.each(['limit=0', 'limit=201', 'cursor=x', 'state=nope', 'created_after=yesterday', 'name=a&name=b'])(
    'refuses ?%s with 400',
    async (query) => {
      const { status, body } = await service.request('GET', `/v1/jobs?${query}`)
      expect([status, body.type]).toEqual([400, '/problems/malformed-request'])
    },
  )
})

describe('around it', () => {
  test('what a path does not do is 405 with Allow, what is not there 404, what is not JSON 415', async () => {
    const put = await service.request('PUT', '/v1/jobs', {})
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, HEAD, POST'])
    expect((await service.request('GET', '/v1/nothing')).body.type).toBe('/problems/not-found')
    expect((await service.request('POST', '/v1/jobs', 'x', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await service.request('GET', '/v1/blocks', undefined, { accept: 'text/html' })).status).toBe(406)
  })

  test('the catalogue, the probes and the metrics answer', async () => {
    const { body } = await service.request('GET', '/v1/blocks?match=TEXT.J*')
    expect(body.data.map(({ action }: { action: string }) => action)).toEqual(['TEXT.JOIN', 'TEXT.JOIN_LIST'])
    expect((await service.request('GET', '/v1/blocks/text.join')).body.name).toBe('JOIN')
    expect((await service.request('GET', '/livez')).status).toBe(200)
    expect((await service.request('GET', '/readyz')).status).toBe(200)
    expect((await service.request('GET', '/metrics')).body).toContain('conduit_jobs_accepted_total')
  })

  test('a definition is checked without being stored', async () => {
    const { body } = await service.request('POST', '/v1/jobs/validate', { steps: [{ action: 'NO.SUCH' }] })
    expect([body.valid, body.steps[0].status]).toEqual([false, { name: 'BLOCK_NOT_FOUND', value: 102 }])
  })
})
