import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asks, type Asker, type Keyed, putKey, startKeyed } from '../access/keyring.ts'
import { type Receiver, startReceiver } from '../outbound/receiver.ts'
import type { Reply, TestConduit } from '../support/conduit.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { LOCAL } from '../webhooks/delivery.ts'

let keyed: Keyed
let receiver: Receiver
let ask: Asker
let authorization: string
/** What stands in paths. */
const made: Record<string, string> = {
  job: 'over',
  otherJob: 'over-too',
  waiting: 'waits',
  schedule: 'nightly',
  otherSchedule: 'weekly',
}

beforeAll(async () => {
  keyed = await startKeyed({ settings: { ...LOCAL, WEBHOOK_RETRY_SCHEDULE: '1h' } }, 2)
  const { text } = await putKey(keyed.database)
  authorization = `Bearer ${text}`
  ask = asks(replica(0), text)
  receiver = await startReceiver((response) => response.writeHead(500).end())
  const { url } = receiver
  for (const [webhook, message] of [
    ['webhook', 'message'],
    ['second', 'otherMessage'],
  ] as const) {
    made[webhook] = (await ask('POST', '/v1/webhooks', { url, events: ['job.finished'] })).body.id
    made[message] = (await ask('POST', `/v1/webhooks/${made[webhook]}/test`)).body.id
  }
  for (const [job, callback] of [
    ['over', 'callback'],
    ['over-too', 'otherCallback'],
  ] as const) {
    await ask('POST', '/v1/jobs', { id: job, steps: [], on_job_finish: { url } })
    made[callback] = (await ask('GET', `/v1/jobs/${job}/deliveries`)).body.data[0].id
  }
  for (const name of ['nightly', 'weekly']) {
    await ask('PUT', `/v1/schedules/${name}`, { cron: '0 3 * * *', job: { steps: [] } })
  }
  made['key'] = (await ask('POST', '/v1/keys', { name: 'a', scopes: ['jobs:read'] })).body.id
  await ask('POST', '/v1/jobs', { id: 'waits', steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'never' } }] })
})
afterAll(async () => {
  await keyed[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

function replica(index: number): TestConduit {
  const found = keyed.replicas[index]
  if (found === undefined) throw new Error(`there is no replica ${index}`)
  return found
}

/** What makes something: its request, another one of its kind, and what tells one thing that was made from another. */
type Making = {
  readonly operation: string
  readonly url: string
  readonly body?: unknown
  readonly other: { readonly url?: string; readonly body?: unknown }
  readonly tell: (body: Reply['body']) => unknown
}

const id = (body: Reply['body']) => body.id
const secret = (body: Reply['body']) => [body.id, body.secret]
const span = { from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z' }
const failed = { since: '2020-01-01T00:00:00Z', state: 'failed' }
const MAKING: readonly Making[] = [
  { operation: 'submitJob', url: '/v1/jobs', body: { steps: [] }, other: { body: { name: 'b', steps: [] } }, tell: id },
  {
    operation: 'submitBatch',
    url: '/v1/batches',
    body: { jobs: [{ steps: [] }] },
    other: { body: { jobs: [{ name: 'b', steps: [] }] } },
    tell: (body) => body.results,
  },
  {
    operation: 'rerunJob',
    url: '/v1/jobs/{job}/rerun',
    body: {},
    other: { body: { variables: { a: 1 } } },
    tell: id,
  },
  {
    operation: 'signalJob',
    url: '/v1/jobs/{waiting}/signals/paid',
    body: 1,
    other: { body: 2 },
    tell: (body) => body.name,
  },
  {
    operation: 'createJobToken',
    url: '/v1/jobs/{job}/tokens',
    body: {},
    other: { body: { expires_in: 60 } },
    tell: (body) => body.token,
  },
  {
    operation: 'redeliverToCallback',
    url: '/v1/jobs/{job}/deliveries/{callback}/redeliver',
    other: { url: '/v1/jobs/{otherJob}/deliveries/{otherCallback}/redeliver' },
    tell: id,
  },
  {
    operation: 'beginBulk',
    url: '/v1/bulk',
    body: { action: 'delete', filter: { tag: 'none' } },
    other: { body: { action: 'cancel', filter: { tag: 'none' } } },
    tell: id,
  },
  {
    operation: 'triggerSchedule',
    url: '/v1/schedules/{schedule}/trigger',
    other: { url: '/v1/schedules/{otherSchedule}/trigger' },
    tell: id,
  },
  {
    operation: 'backfillSchedule',
    url: '/v1/schedules/{schedule}/backfill',
    body: span,
    other: { body: { ...span, from: '2026-03-02T00:00:00Z' } },
    tell: (body) => body,
  },
  {
    operation: 'createKey',
    url: '/v1/keys',
    body: { name: 'made once', scopes: ['jobs:read'] },
    other: { body: { name: 'other', scopes: ['jobs:read'] } },
    tell: secret,
  },
  {
    operation: 'rotateKey',
    url: '/v1/keys/{key}/rotate',
    body: { overlap_seconds: 60 },
    other: { body: { overlap_seconds: 61 } },
    tell: secret,
  },
  {
    operation: 'createWebhook',
    url: '/v1/webhooks',
    body: { url: 'http://127.0.0.1:9/' },
    other: { body: { url: 'http://127.0.0.1:9/other' } },
    tell: secret,
  },
  {
    operation: 'rotateWebhookSecret',
    url: '/v1/webhooks/{webhook}/rotate-secret',
    other: { url: '/v1/webhooks/{second}/rotate-secret' },
    tell: secret,
  },
  {
    operation: 'testWebhook',
    url: '/v1/webhooks/{webhook}/test',
    other: { url: '/v1/webhooks/{second}/test' },
    tell: id,
  },
  {
    operation: 'redeliverToWebhook',
    url: '/v1/webhooks/{webhook}/deliveries/{message}/redeliver',
    other: { url: '/v1/webhooks/{second}/deliveries/{otherMessage}/redeliver' },
    tell: id,
  },
  {
    operation: 'redeliverFailedToWebhook',
    url: '/v1/webhooks/{webhook}/redeliver',
    body: failed,
    other: { body: { ...failed, since: '2021-01-01T00:00:00Z' } },
    tell: (body) => body.count,
  },
]

/** POST that makes nothing: it only tells, or a second one finds it done. */
const MAKES_NOTHING = new Set([
  'validateJob',
  'validateDefinition',
  'testDefinition',
  'dryRunJob',
  'cancelJob',
  'answerQuestion',
  'beginSession',
])

function fill(url: string): string {
  return url.replace(/\{(\w+)\}/g, (_, name: string) => made[name] ?? name)
}

/** What stands behind the first thing that a path names. */
function rest(url: string): string {
  return url.slice(url.indexOf('}') + 1)
}

const post = ({ url, body }: { readonly url: string; readonly body?: unknown }, key: string, at = 0): Promise<Reply> =>
  replica(at).request('POST', fill(url), body, { authorization, 'idempotency-key': key })

test('every POST that makes something takes the header', async () => {
  const document = await readFile(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8')
  type Operation = { operationId: string; parameters?: { name: string }[] }
  const { paths } = JSON.parse(document) as { paths: Record<string, { post?: Operation }> }
  const posts = Object.values(paths).flatMap(({ post: operation }) => operation ?? [])
  const taking = posts.filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'idempotency-key'))
  const names = taking.map(({ operationId }) => operationId)
  expect(names.sort()).toEqual(MAKING.map(({ operation }) => operation).sort())
  expect(posts.filter(({ operationId }) => !names.includes(operationId) && !MAKES_NOTHING.has(operationId))).toEqual([])
})

describe.each(MAKING)('$operation', (making) => {
  const { other, tell } = making

  test('is done once under one key, also when twenty ask at once at two replicas', async () => {
    const key = randomUUID()
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => post(making, key, i % 2)))
    const [first] = replies
    expect(new Set(replies.map(({ status }) => status)), JSON.stringify(first?.body)).toEqual(new Set([first?.status]))
    expect(first?.status).toBeLessThan(300)
    expect(new Set(replies.map(({ body }) => JSON.stringify(tell(body)))).size).toBe(1)
    const replayed = replies.filter(({ headers }) => headers['idempotency-replayed'] === 'true')
    expect(replayed).toHaveLength(19)
    const later = await post(making, key)
    expect([later.status, later.headers['idempotency-replayed'], tell(later.body)]).toEqual([
      first?.status,
      'true',
      tell(first?.body),
    ])
  })

  test('is refused for something else under that key', async () => {
    const key = randomUUID()
    expect((await post(making, key)).status).toBeLessThan(300)
    const { status, body } = await post({ url: other.url ?? making.url, body: other.body ?? making.body }, key)
    expect([status, body.type]).toEqual([409, '/problems/idempotency-conflict'])
  })

  test('leaves the key of what was refused free', async () => {
    const key = randomUUID()
    const wrong = making.url.includes('{')
      ? { ...making, url: making.url.replace(/\{.*/, 'none') + rest(making.url) }
      : { ...making, body: [] }
    expect((await post(wrong, key)).status).toBeOneOf([404, 422])
    const { status, headers } = await post(making, key)
    expect([status < 300, headers['idempotency-replayed']]).toEqual([true, undefined])
  })

  test.each(['é', 'a b', 'a'.repeat(256)])('takes no key such as %j', async (key) => {
    const { status, body } = await post(making, key)
    expect([status, body.type]).toEqual([400, '/problems/malformed-request'])
  })

  test('is done again without a key', async () => {
    const before = await ask('POST', fill(making.url), making.body)
    const after = await ask('POST', fill(making.url), making.body)
    expect([before.status, after.status, after.headers['idempotency-replayed']]).toEqual([
      after.status,
      before.status,
      undefined,
    ])
  })
})

test('no secret of an answer lies in the database, nor the key that opens it', async () => {
  const key = randomUUID()
  const secrets: string[] = [key]
  for (const making of MAKING) {
    const { body } = await post(making, key)
    for (const name of ['secret', 'token']) if (typeof body[name] === 'string') secrets.push(body[name])
  }
  expect(secrets.length).toBeGreaterThan(4)
  const rows = await rowsOf(replica(0).databaseUrl, 'select operation, key, answer from request_key')
  const kept = JSON.stringify(rows)
  expect(kept).toContain('keys.create')
  const found = secrets.slice(1).filter((text) => kept.includes(text))
  expect(found).toEqual([])
})
