import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConduit, type TestConduit } from '../support/conduit.ts'

// What sends the files of the page and of the reference is put together when the first is asked for.

const [asset] = readdirSync(join(import.meta.dirname, '../../ui/dist/assets'))
const FILES = [`/ui/assets/${asset}`, '/ui/embed.js', '/docs/reference/static/swagger-ui.css']
let service: TestConduit
let url: string
beforeAll(async () => {
  service = await startConduit({ settings: { PORT: '0' } })
  url = await service.conduit.listen()
})
afterAll(() => service[Symbol.asyncDispose]())

test.each(FILES)('%s is given whole, in part, by its head, and not again where it is known', async (path) => {
  const whole = await fetch(`${url}${path}`)
  const body = await whole.text()
  expect(whole.status).toBe(200)
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff')
  expect(whole.headers.get('x-request-id')).not.toBeNull()
  const head = await fetch(`${url}${path}`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  for (const name of ['content-length', 'content-type', 'etag', 'cache-control'])
    expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)])
  const part = await fetch(`${url}${path}`, { headers: { range: 'bytes=0-9' } })
  expect([part.status, await part.text()]).toEqual([206, body.slice(0, 10)])
  // fetch would add that nothing kept is wanted.
  const known = await service.request('GET', path, undefined, { 'if-none-match': whole.headers.get('etag') ?? '' })
  expect([known.status, known.body]).toEqual([304, ''])
})

test.each([
  '/ui/assets/none.js',
  '/ui/assets/..%2f..%2f..%2fpackage.json',
  '/docs/reference/static/none.css',
  '/docs/reference/none',
])('what is no file at %s is a problem as everywhere', async (path) => {
  const answer = await fetch(`${url}${path}`)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  expect(await answer.json()).toMatchObject({ type: '/problems/not-found' })
})

test('files change by nobody', async () => {
  const answer = await fetch(`${url}/ui/embed.js`, { method: 'POST' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
