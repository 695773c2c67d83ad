import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { startUnderFire } from './process.ts'

/** Each stands in one place that a client can write to; none may be found in the log. */
const SECRETS = {
  authorization: 'cdt_secretInAuthorization',
  basic: 'c2VjcmV0SW5CYXNpYw==',
  cookie: 'secretInCookie',
  query: 'secretInQuery',
  token: 'secretInToken',
  userinfo: 'secretInUserinfo',
  callback: `whsec_${Buffer.from('secretInCallback'.repeat(2)).toString('base64')}`,
  callbackUrl: 'secretInCallbackUrl',
  variable: 'secretInVariable',
  local: 'secretInLocalValue',
  parameter: 'secretInParameter',
  result: 'secretInResult',
  error: 'secretInError',
  header: 'secretInHeaderOfRequest',
  answer: 'secretInAnswer',
  broken: 'secretInBrokenBody',
  unknown: 'secretInUnknownField',
  key: 'secretInIdempotencyKey',
  metadata: 'secretInMetadata',
} as const

test('nothing that a client sends or gets is found in the log, at any level', async () => {
  await using database = await createTestDatabase()
  await using service = await startUnderFire({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'trace',
    WEBHOOK_ALLOW_PRIVATE: 'true',
  })
  const receiver = createServer((_request, response) => response.end(SECRETS.answer)).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const elsewhere = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const json = { 'content-type': 'application/json' }
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, service.url), { method: 'POST', body, headers: { ...json, ...headers } })

  const definition = {
    id: 'secretive',
    variables: { a: SECRETS.variable },
    local_values: { b: SECRETS.local },
    metadata: { c: SECRETS.metadata },
    on_job_finish: { url: `${elsewhere}/${SECRETS.callbackUrl}`, secret: SECRETS.callback },
    tags: ['HTTP'],
    steps: [
      { action: 'TEXT.JOIN', parameters: { text1: SECRETS.parameter, text2: SECRETS.result } },
      {
        action: 'HTTP.REQUEST',
        parameters: { url: `${elsewhere}/?${SECRETS.query}`, headers: { 'x-a': SECRETS.header } },
      },
      { action: 'MATH.CREATE_INTEGER', parameters: { value: SECRETS.error } },
    ],
  }
  const accepted = await post('/v1/jobs', JSON.stringify(definition), {
    authorization: `Bearer ${SECRETS.authorization}`,
    cookie: SECRETS.cookie,
    prefer: 'wait=60',
    'idempotency-key': SECRETS.key,
  })
  expect(await accepted.json()).toMatchObject({ state: 'failed' })
  await post('/v1/jobs', `{"steps":[],"name":"${SECRETS.broken}`, { authorization: `Basic ${SECRETS.basic}` })
  await post('/v1/jobs', `{"steps":[],"${SECRETS.unknown}":1}`)
  for (const path of [
    `/v1/jobs?name=${SECRETS.query}`,
    `/v1/jobs/secretive?token=${SECRETS.token}`,
    `/nothing?${SECRETS.query}`,
  ]) {
    await fetch(new URL(path, service.url))
  }
  await fetch(new URL('/v1/jobs', service.url), { headers: { authorization: `Bearer ${SECRETS.authorization}` } })
  receiver.close()
  expect(await service.close()).toBe(0)

  expect(service.log()).toContain('"msg":"request"')
  for (const secret of Object.values(SECRETS)) expect(service.log()).not.toContain(secret)
})
