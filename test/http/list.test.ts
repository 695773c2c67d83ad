import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobWire } from '../../src/wire/job.ts'
import { startConduit, type TestConduit } from '../support/conduit.ts'

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
    expect((await service.request('GET', '/v1/jobs?name=liste')).body).toEqual({ data: [], next_cursor: null })
  })

  test.each(['cursor=e30', 'metadata.n=1&metadata.n=1', 'name=%00', 'created_before=now', 'other=1'])(
    'refuses ?%s with 400',
    async (query) => {
      expect((await service.request('GET', `/v1/jobs?${query}`)).body.type).toBe('/problems/malformed-request')
    },
  )
})

describe('a step’s path', () => {
  test.each(['a b.c%', '🐍'.repeat(128), '?#&+', 'a.b', 'steps'])('is percent-encoded: %j', async (id) => {
    const job = await service.run({ steps: [{ action: 'LOGIC.TRUE', id }] })
    const path = encodeURIComponent(id)
    expect((await service.request('GET', `/v1/jobs/${job.id}/steps/${path}`)).body).toEqual(job.steps?.[0])
  })

  test('names the first of several steps with one id', async () => {
    const job = await service.run({ steps: ['x', 'x'].map((id) => ({ action: 'LOGIC.TRUE', id })) })
    expect((await service.request('GET', `/v1/jobs/${job.id}/steps/x`)).body.position).toBe(1)
    expect((await service.request('GET', `/v1/jobs/${job.id}/steps/y`)).body.type).toBe('/problems/not-found')
  })
})

test.each(['', '/steps', '/steps/1', '/events'])('HEAD of a job%s is its GET without a body', async (rest) => {
  const url = `/v1/jobs/${jobs[0]?.id}${rest}`
  const [get, head] = [await service.request('GET', url), await service.request('HEAD', url)]
  expect([head.status, head.body, head.headers['etag']]).toEqual([200, '', get.headers['etag']])
})
