import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Method } from '../support/conduit.ts'
import { type Asker, asks, type Keyed, putKey, startKeyed } from './keyring.ts'
import { PATIENCE_MS } from '../support/patience.ts'

let service: Keyed
let acme: Asker
let other: Asker
/** Of acme: what stands in paths. */
const ids: Record<string, string> = {}

beforeAll(async () => {
  service = await startKeyed(
    { settings: { WEBHOOK_ALLOW_PRIVATE: 'true', SECRETS_KEY: 'a key of the operator, with 32 characters' } },
    2,
  )
  acme = await service.key({ tenant: 'acme' }, 0)
  other = await service.key({ tenant: 'other' }, 1)
  const steps = [{ action: 'LOGIC.TRUE', id: 'one' }]
  const callback = { url: 'http://127.0.0.1:9/' }
  const job = { id: 'theirs', name: 'theirs', metadata: { of: 'acme' }, on_job_finish: callback, steps }
  const { body: made } = await acme('POST', '/v1/jobs', job)
  const { body: webhook } = await acme('POST', '/v1/webhooks', callback)
  const { body: message } = await acme('POST', `/v1/webhooks/${webhook.id}/test`)
  await acme('POST', '/v1/jobs', { id: 'asking', metadata: { of: 'nobody' }, steps: [{ action: 'FLOW.ASK' }] })
  const question = await vi.waitUntil(async () => (await acme('GET', '/v1/questions')).body.data[0], PATIENCE_MS)
  await acme('PUT', '/v1/definitions/theirs', { steps })
  await acme('PUT', '/v1/secrets/THEIRS', { value: 'theirs and nobody else’s' })
  await acme('PUT', '/v1/schedules/theirs', { every: '1d', job: { steps } })
  const { body: bulk } = await acme('POST', '/v1/bulk', { action: 'delete', filter: { tag: 'none' } })
  const { id: key } = await putKey(service.database, { tenant: 'acme' })
  const { body: told } = await acme('GET', '/v1/jobs/theirs/deliveries')
  Object.assign(ids, {
    definition: 'theirs',
    schedule: 'theirs',
    secret: 'THEIRS',
    job: made.id,
    bulk: bulk.id,
    question: question.id,
    webhook: webhook.id,
    message: message.id,
    callback: told.data[0].id,
    key,
  })
})
afterAll(() => service[Symbol.asyncDispose]())

type Operation = { responses: Record<string, unknown> }
const text = await readFile(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')
const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ method: method.toUpperCase() as Method, path })),
)

/** The path with acme's own things in it; null where it names none of a tenant's. */
function pathOf(path: string): string | null {
  if (path.startsWith('/v1/blocks/')) return null
  if (path.startsWith('/v1/jobs/{id}'))
    return fill(path, { id: 'job', path: 'one', name: 'paid', delivery_id: 'callback' })
  if (path === '/v1/bulk/{id}') return fill(path, { id: 'bulk' })
  if (path.startsWith('/v1/questions/{id}')) return fill(path, { id: 'question' })
  if (path.startsWith('/v1/schedules/{name}')) return fill(path, { name: 'schedule' })
  if (path.startsWith('/v1/secrets/{name}')) return fill(path, { name: 'secret' })
  if (path.startsWith('/v1/definitions/{name}')) return fill(path, { name: 'definition', version: '1' })
  if (path.startsWith('/v1/webhooks/{id}')) return fill(path, { id: 'webhook', delivery_id: 'message' })
  if (path.startsWith('/v1/keys/{id}')) return fill(path, { id: 'key' })
  if (path === '/v1/tenants/{tenant}/limits') return '/v1/tenants/acme/limits'
  if (path.includes('{')) throw new Error(`this test doesn't know ${path}`)
  return null
}

function fill(path: string, names: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => ids[names[name] ?? ''] ?? names[name] ?? name)
}

const bodies: Record<string, unknown> = {
  'PATCH /v1/webhooks/{id}': { enabled: false },
  'POST /v1/webhooks/{id}/redeliver': { since: '2020-01-01T00:00:00Z', state: 'failed' },
  'PATCH /v1/jobs/{id}': { run_at: null },
  'POST /v1/jobs/{id}/signals/{name}': {},
  'POST /v1/questions/{id}/answer': { value: { approved: true } },
  'PATCH /v1/schedules/{name}': { enabled: false },
  'POST /v1/schedules/{name}/backfill': { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
  'PATCH /v1/keys/{id}': { name: 'theirs' },
  'POST /v1/jobs/{id}/tokens': {},
  'POST /v1/jobs/{id}/rerun': {},
  'PUT /v1/tenants/{tenant}/limits': {},
  'PUT /v1/definitions/{name}': { steps: [] },
  'POST /v1/definitions/{name}/validate': { steps: [] },
  'PUT /v1/secrets/{name}': { value: 'theirs and nobody else’s' },
}

describe('what belongs to another tenant', () => {
  test.each(operations)('is not found by $method $path', async ({ method, path }) => {
    const url = pathOf(path)
    // A name is each tenant's own: who writes another's makes one of its own.
    if (url === null || (method === 'PUT' && /^\/v1\/(definitions|schedules|secrets)\//.test(path))) return
    // It looks at nothing but its body.
    if (path === '/v1/definitions/{name}/validate') return
    const { status, body } = await other(method, url, bodies[`${method} ${path}`])
    // Limits are the operator's to set, whosever they are.
    const expected = method === 'PUT' ? [403, '/problems/forbidden'] : [404, '/problems/not-found']
    expect([url, status, body.type]).toEqual([url, ...expected])
  })

  test('is found by its own tenant on the same paths, also on another replica', async () => {
    const own = asks(service.replicas[1] ?? missing(), (await putKey(service.database, { tenant: 'acme' })).text)
    for (const { method, path } of operations) {
      const url = method === 'GET' ? pathOf(path) : null
      if (url !== null) expect([url, (await own(method, url)).status]).toEqual([url, 200])
    }
  })

  test('stands in no list, by whatever filter', async () => {
    for (const query of ['?name=theirs', '?metadata.of=acme', '?state=succeeded']) {
      expect((await other('GET', `/v1/jobs${query}`)).body.data).toEqual([])
      expect((await acme('GET', `/v1/jobs${query}`)).body.data).toHaveLength(1)
    }
    expect((await other('GET', '/v1/jobs')).body.data).toEqual([])
    expect((await other('GET', '/v1/questions')).body.data).toEqual([])
    expect((await other('GET', '/v1/webhooks')).body.data).toEqual([])
    expect((await other('GET', '/v1/keys?tenant=acme')).body.data.every(isOther)).toBe(true)
    expect((await other('GET', '/v1/audit?tenant=acme')).body.data.every(isOther)).toBe(true)
  })

  test('leaves ids and idempotency keys free', async () => {
    const twice = { 'idempotency-key': 'same' }
    const texts = await Promise.all(['acme', 'other'].map((tenant) => putKey(service.database, { tenant })))
    const replies = []
    for (const { text: key } of texts) {
      const ask = asks(service.replicas[0] ?? missing(), key, twice)
      replies.push(await ask('POST', '/v1/jobs', { id: 'both', steps: [] }))
    }
    for (const { status, headers } of replies)
      expect([status, headers['idempotency-replayed']]).toEqual([202, undefined])
    expect((await other('DELETE', '/v1/jobs/both')).status).toBe(204)
    expect((await acme('GET', '/v1/jobs/both')).status).toBe(200)
  })

  test('is told by no webhook and read by no token of another', async () => {
    await other('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/' })
    const [hook] = (await other('GET', '/v1/webhooks')).body.data
    await acme('POST', '/v1/jobs', { id: 'quiet', steps: [] })
    await acme('GET', '/v1/jobs/quiet?wait=60')
    const told = (await other('GET', `/v1/webhooks/${hook.id}/deliveries`)).body.data
    expect(told.map(({ job_id }: { job_id: string }) => job_id)).not.toContain('quiet')
    await other('POST', '/v1/jobs', { id: 'mine', steps: [] })
    const { token } = (await other('POST', '/v1/jobs/mine/tokens', {})).body
    const [replica = missing()] = service.replicas
    expect((await replica.request('GET', `/v1/jobs/mine?token=${token}`)).status).toBe(200)
    expect((await replica.request('GET', `/v1/jobs/theirs?token=${token}`)).status).toBe(403)
    expect((await replica.request('GET', `/v1/jobs?token=${token}`)).status).toBe(403)
  })
})

test('a token counts no longer than the key that made it', async () => {
  const { text: key, id } = await putKey(service.database, { tenant: 'acme' })
  const [replica = missing()] = service.replicas
  const { token } = (await asks(replica, key)('POST', '/v1/jobs/theirs/tokens', {})).body
  expect((await replica.request('GET', `/v1/jobs/theirs?token=${token}`)).status).toBe(200)
  await acme('DELETE', `/v1/keys/${id}`)
  expect((await replica.request('GET', `/v1/jobs/theirs?token=${token}`)).status).toBe(401)
})

function isOther({ tenant }: { tenant: string }): boolean {
  return tenant === 'other'
}

function missing(): never {
  throw new Error('there is no replica')
}
