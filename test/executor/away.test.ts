import { expect, test } from 'vitest'
import { startProxy } from '../faults/proxy.ts'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'

test('while the database is away every route that needs it is 503 with Retry-After, and the process lives', async () => {
  await using database = await createTestDatabase()
  const proxy = await startProxy(database.url)
  await using service = await startConduit({ settings: { DATABASE_URL: proxy.url, SHUTDOWN_SECONDS: '0.1' } })
  const { id } = await service.run({ steps: [{ action: 'LOGIC.TRUE' }] })
  await proxy[Symbol.asyncDispose]()
  const routes = [
    ['POST', '/v1/jobs', { steps: [] }],
    ['GET', '/v1/jobs'],
    ['GET', `/v1/jobs/${id}`],
    ['GET', `/v1/jobs/${id}?wait=1`],
    ['GET', `/v1/jobs/${id}/steps`],
    ['GET', `/v1/jobs/${id}/steps/1`],
    ['GET', `/v1/jobs/${id}/events`],
    ['POST', `/v1/jobs/${id}/cancel`],
    ['DELETE', `/v1/jobs/${id}`],
    ['GET', '/readyz'],
  ] as const
  const replies = await Promise.all(routes.map(([method, url, body]) => service.request(method, url, body)))
  const told = replies.map(({ status, headers, body }, i) => [
    routes[i]?.[1],
    status,
    body.type,
    Number(headers['retry-after']) > 0,
  ])
  expect(told).toEqual(routes.map(([, url]) => [url, 503, '/problems/unavailable', true]))
  expect((await service.request('GET', '/livez')).status).toBe(200)
  expect((await service.request('GET', '/v1/blocks')).status).toBe(200)
})
