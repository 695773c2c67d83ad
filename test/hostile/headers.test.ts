import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Reply, startConduit, type TestConduit } from '../support/conduit.ts'

let service: TestConduit
beforeAll(async () => {
  service = await startConduit()
  await service.run({ id: 'made', steps: [] })
})
afterAll(() => service[Symbol.asyncDispose]())

const FOR_DATA = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

describe('headers of answers', () => {
  test.each([
    ['GET', '/v1/jobs', 200],
    ['GET', '/v1/jobs/made', 200],
    ['POST', '/v1/jobs', 400],
    ['GET', '/v1/jobs/none', 404],
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/jobs/%ff', 400],
    ['PUT', '/v1/jobs', 405],
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 200],
    ['GET', '/openapi.json', 200],
  ] as const)('%s %s: data is never guessed at, run, framed or embedded', async (method, path, status) => {
    const { headers, ...reply } = await service.request(method, path)
    expect(reply.status).toBe(status)
    expect(headers).toMatchObject(FOR_DATA)
    expectNoBanner(headers)
  })

  test('an event stream has them too', async () => {
    const { headers } = await service.request('GET', '/v1/jobs/made/events', undefined, { accept: 'text/event-stream' })
    expect(headers).toMatchObject(FOR_DATA)
  })

  test('the documentation page loads from here alone, and is framed by nobody', async () => {
    const { status, headers } = await service.request('GET', '/docs/reference')
    expect(status).toBe(200)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/upgrade-insecure-requests|https:|unsafe-eval|script-src[^;]*unsafe-inline/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' })
    expectNoBanner(headers)
  })

  test('no origin may read answers unless it is named', async () => {
    const origin = { origin: 'https://app.example.com' }
    const { headers } = await service.request('GET', '/v1/jobs', undefined, origin)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('an origin in CORS_ORIGINS may, another may not', async () => {
    await using open = await startConduit({ settings: { CORS_ORIGINS: 'https://app.example.com' } })
    const allowed = async (origin: string) => {
      const { headers } = await open.request('GET', '/v1/jobs', undefined, { origin })
      return headers['access-control-allow-origin']
    }
    expect(await allowed('https://app.example.com')).toBe('https://app.example.com')
    expect(await allowed('https://app.example.com.evil.test')).toBeUndefined()
    expect(await allowed('null')).toBeUndefined()
  })

  test('with CORS_ORIGINS=* any origin may', async () => {
    await using open = await startConduit({ settings: { CORS_ORIGINS: '*' } })
    const { headers } = await open.request('GET', '/v1/jobs', undefined, { origin: 'https://any.example' })
    expect(headers['access-control-allow-origin']).toBe('*')
  })
})

function expectNoBanner(headers: Reply['headers']): void {
  for (const name of ['server', 'x-powered-by', 'via']) expect(headers).not.toHaveProperty(name)
}
