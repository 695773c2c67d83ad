import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobWire } from '../../src/wire/job.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { administer } from '../support/databaseServer.ts'

let service: TestConduit
const jobs: JobWire[] = []
beforeAll(async () => {
  service = await startConduit()
  for (let i = 0; i < 6; i++) {
    jobs.push(await service.run({ name: 'listed', metadata: { n: `a=b&${i % 2}` }, steps: [{ action: 'LOGIC.TRUE' }] }))
  }
})
afterAll(() => service[Symbol.asyncDispose]())

const idsOf = (data: readonly { id: string }[]) => data.map(({ id }) => id)
const places = async (query: string): Promise<number[]> => {
  const { body } = await service.request('GET', `/v1/jobs?name=listed&${query}`)
  return idsOf(body.data).map((id) => jobs.findIndex((job) => job.id === id))
}

describe('the list of jobs', () => {
  test('is walked by its Link header, which stands wherever there is a next page', async () => {
    const seen: string[] = []
    let url: string | undefined = '/v1/jobs?name=listed&limit=2&metadata.n=a%3Db%261'
    while (url !== undefined) {
      const { body, headers }: Awaited<ReturnType<TestConduit['request']>> = await service.request('GET', url)
      seen.push(...idsOf(body.data))
      const { link } = headers
      url = typeof link === 'string' ? /^<([^>]+)>; rel="next"$/.exec(link)?.[1] : undefined
      expect(url === undefined).toBe(body.next_cursor === null)
    }
    expect(seen).toEqual(idsOf([jobs[5], jobs[3], jobs[1]] as JobWire[]))
  })

  test('takes moments as exclusive bounds', async () => {
    const [, second, , fourth] = jobs.map(({ created_at }) => created_at)
    const after = await places(`created_after=${second}`)
    const before = await places(`created_before=${fourth}`)
    const created = jobs.map(({ created_at }) => created_at)
    expect(after).toEqual([5, 4, 3, 2, 1, 0].filter((i) => String(created[i]) > String(second)))
    expect(before).toEqual([5, 4, 3, 2, 1, 0].filter((i) => String(created[i]) < String(fourth)))
  })

  test('filters by the whole value', async () => {
    expect(await places('metadata.n=a%3Db')).toEqual([])
    expect(await service.client.jobs.list({ name: 'liste' }).page()).toEqual({ data: [], next_cursor: null })
  })

  test.each(['cursor=e30', 'metadata.n=1&metadata.n=1', 'name=%00', 'created_before=now', 'other=1'])(
    'refuses ?%s with 400',
    async (query) => {
      expect((await service.request('GET', `/v1/jobs?${query}`)).body.type).toBe('/problems/malformed-request')
    },
  )
})

describe('a filter of several values', () => {
  let many: TestConduit
  const FAIL = (type: string) => ({ action: 'FLOW.FAIL', parameters: { type, message: 'no' } })
  beforeAll(async () => {
    many = await startConduit()
    const of = (id: string, job: object) => many.run({ id, ...job })
    await of('a1', { tags: ['x', 'y'], steps: [{ action: 'LOGIC.TRUE' }] })
    await of('b1', { tags: ['y'], steps: [FAIL('One')] })
    await of('b2', { tags: ['z'], steps: [FAIL('Two')] })
    await of('c1', { metadata: { team: 'a' }, steps: [FAIL('Three')] })
  })
  afterAll(() => many[Symbol.asyncDispose]())
  const ids = async (query: string): Promise<string[]> =>
    idsOf((await many.request('GET', `/v1/jobs?${query}`)).body.data)

  test.each([
    ['tag=x,y', ['b1', 'a1']],
    ['tag=x,y&limit=1', ['b1']],
    ['tag=y,z&state=failed', ['b2', 'b1']],
    ['state=succeeded,failed', ['c1', 'b2', 'b1', 'a1']],
    ['state=failed,cancelled', ['c1', 'b2', 'b1']],
    ['error_type=One,Three', ['c1', 'b1']],
    ['action_failed=FLOW.FAIL&error_type=Two', ['b2']],
    ['action_failed=FLOW.FAIL&metadata.team=a', ['c1']],
    ['id_prefix=b', ['b2', 'b1']],
    ['id_prefix=b&state=failed&order=created_at', ['b1', 'b2']],
    ['order=created_at', ['a1', 'b1', 'b2', 'c1']],
    ['order=-created_at&limit=2', ['c1', 'b2']],
    ['finished_after=2020-01-01&finished_before=2999-12-31', ['c1', 'b2', 'b1', 'a1']],
    ['created_after=2999-12-31', []],
  ])('?%s finds any of them: %j', async (query, expected) => {
    expect(await ids(query)).toEqual(expected)
  })

  test.each(['tag=x,y', 'state=failed', 'order=created_at', 'id_prefix=b', 'order=created_at&error_type=One,Two'])(
    'is walked a job at a time, none twice and none left out: ?%s',
    async (query) => {
      const seen: string[] = []
      let cursor = ''
      do {
        const { body } = await many.request('GET', `/v1/jobs?${query}&limit=1&cursor=${cursor}`)
        seen.push(...idsOf(body.data))
        cursor = body.next_cursor ?? ''
      } while (cursor !== '')
      expect(seen).toEqual(await ids(query))
    },
  )

  test('shows the steps where they are asked for', async () => {
    const { body } = await many.request('GET', '/v1/jobs?include=steps')
    const job = await many.client.jobs.get('b1')
    expect(body.data[2]).toMatchObject({ id: 'b1', steps: job.steps })
    expect((await many.request('GET', '/v1/jobs')).body.data[0].steps).toBeUndefined()
  })

  test.each([
    'state=done',
    'state=failed,done',
    'order=name',
    'include=all',
    'id_prefix=%25',
    'finished_after=2026-02-30',
    'tag=,',
    'error_type=,,&name=a',
  ])('refuses ?%s with 400', async (query) => {
    expect((await many.request('GET', `/v1/jobs?${query}`)).body.type).toBe('/problems/malformed-request')
  })

  test('takes 20 values at most', async () => {
    const values = (count: number): string => Array.from({ length: count }, (_, i) => `t${i}`).join(',')
    expect((await many.request('GET', `/v1/jobs?tag=${values(20)}`)).status).toBe(200)
    expect((await many.request('GET', `/v1/jobs?tag=${values(21)}`)).status).toBe(400)
  })
})

test('a filter that few jobs fit gives short pages, whose cursors go on after 10,000', async () => {
  await using large = await startConduit()
  await administer(large.databaseUrl, MANY_JOBS)
  const sizes: number[] = []
  let cursor = ''
  do {
    const { body } = await large.request('GET', `/v1/jobs?created_by=rare&cursor=${cursor}`)
    sizes.push(body.data.length)
    cursor = body.next_cursor ?? ''
  } while (cursor !== '')
  expect(sizes).toEqual([0, 0, 1])
  // Ids that begin alike are many here, and few there.
  for (const prefix of ['job-', 'job-1']) {
    expect((await large.request('GET', `/v1/jobs?id_prefix=${prefix}`)).body.data).toHaveLength(50)
  }
  expect(idsOf((await large.request('GET', '/v1/jobs?id_prefix=job-77')).body.data)[0]).toBe('job-7799')
})

/** 25,000 jobs, of which one, the eldest, was posted with a key. */
const MANY_JOBS = `
insert into job (id, tenant, created_at, started_at, finished_at, state, journal_rows, entries, nonce, definition, created_by)
select 'job-' || n, 'default', now() + n * interval '1 ms', now(), now(), 'succeeded', 0, '[]', gen_random_uuid(),
       '{"steps":[]}', case when n = 1 then 'rare' else 'often' end
from generate_series(1, 25000) n`

describe('a step’s path', () => {
  test.each(['a b.c%', '🐍'.repeat(128), '?#&+', 'a.b', 'steps'])('is percent-encoded: %j', async (id) => {
    const job = await service.run({ steps: [{ action: 'LOGIC.TRUE', id }] })
    const path = encodeURIComponent(id)
    expect((await service.request('GET', `/v1/jobs/${job.id}/steps/${path}`)).body).toEqual(job.steps?.[0])
  })

  test('names the first of several steps with one id', async () => {
    const job = await service.run({ steps: ['x', 'x'].map((id) => ({ action: 'LOGIC.TRUE', id })) })
    expect((await service.client.jobs.step(job.id, 'x')).position).toBe(1)
    await expect(service.client.jobs.step(job.id, 'y')).rejects.toMatchObject({ slug: 'not-found' })
  })
})

test.each(['', '/steps', '/steps/1', '/events'])('HEAD of a job%s is its GET without a body', async (rest) => {
  const url = `/v1/jobs/${jobs[0]?.id}${rest}`
  const [get, head] = [await service.request('GET', url), await service.request('HEAD', url)]
  expect([head.status, head.body, head.headers['etag']]).toEqual([200, '', get.headers['etag']])
})
