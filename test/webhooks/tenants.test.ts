import { randomUUIDv7 } from 'node:crypto'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import {
  addTestMessage,
  deliveriesOfJob,
  deliveriesOfWebhook,
  redeliverOfJob,
  redeliverOfWebhook,
} from '../../src/store/messages/deliveries.ts'
import { addWebhook } from '../../src/store/webhooks/add.ts'
import { changeWebhook, rotateWebhook } from '../../src/store/webhooks/change.ts'
import { removeWebhook, switchOffWebhook } from '../../src/store/webhooks/drop.ts'
import { noteFailure } from '../../src/store/webhooks/health.ts'
import { listWebhooks, readWebhook, readWebhooks } from '../../src/store/webhooks/read.ts'
import { startReceiver } from '../outbound/receiver.ts'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { attempts, LOCAL } from './delivery.ts'

test('what belongs to one tenant is not there for another', async () => {
  await using database = await createTestDatabase()
  const store = openDatabase({ connectionString: database.url, max: 1 })
  await using _close = { [Symbol.asyncDispose]: () => store.close() }
  const id = `wh_${randomUUIDv7()}`
  const url = 'https://example.com/'
  const webhook = { id, tenant: 'a', url, events: ['job.finished'], description: null, enabled: true, secret: 's' }
  const before = await addWebhook(store, webhook, 10, 'x')
  const message = await addTestMessage(store, 'a', id, `msg_${randomUUIDv7()}`)
  if (message === null) throw new Error('no message was made')
  const page = { before: null, limit: 10 }
  expect(await readWebhook(store, 'b', id)).toBeNull()
  expect(await readWebhooks(store, [{ tenant: 'b', id }])).toEqual([])
  expect(await listWebhooks(store, 'b', null, 10)).toEqual([])
  expect(await changeWebhook(store, { tenant: 'b', id }, { enabled: false }, 'x')).toBeNull()
  expect(await rotateWebhook(store, 'b', id, 'other', 'x')).toBeNull()
  expect(await switchOffWebhook(store, 'b', id, 'why')).toBe(false)
  expect(await noteFailure(store, 'b', id)).toBeNull()
  expect(await deliveriesOfWebhook(store, 'b', id, page)).toEqual([])
  expect(await redeliverOfWebhook(store, 'b', id, message.id)).toBeNull()
  expect(await deliveriesOfJob(store, 'b', message.job_id, { ...page, withWebhooks: true })).toEqual([])
  expect(await redeliverOfJob(store, 'b', message.job_id, message.id)).toBeNull()
  expect(await removeWebhook(store, { tenant: 'b', id }, 'x')).toBe(false)
  expect(await readWebhook(store, 'a', id)).toEqual(before)
  expect(await deliveriesOfWebhook(store, 'a', id, page)).toEqual([message])
})

test("a tenant's webhook hears of that tenant's jobs alone", async () => {
  await using receiver = await startReceiver()
  await using service = await startConduit({ settings: LOCAL })
  const admin = (await service.request('POST', '/v1/keys', { name: 'first', scopes: ['admin'] })).body.secret
  const keyOf = async (tenant: string) => {
    const asked = { name: tenant, scopes: ['webhooks', 'jobs:write', 'jobs:read'], tenant }
    const { body } = await service.request('POST', '/v1/keys', asked, { authorization: `Bearer ${admin}` })
    return { authorization: `Bearer ${body.secret}` }
  }
  const acme = await keyOf('acme')
  const other = await keyOf('other')
  await service.request('POST', '/v1/webhooks', { url: receiver.url, events: ['job.finished'] }, acme)
  const made = attempts(service.conduit.telemetry, 1)
  await service.request('POST', '/v1/jobs', { id: 'theirs', steps: [] }, { ...other, prefer: 'wait=10' })
  await service.request('POST', '/v1/jobs', { id: 'ours', steps: [] }, { ...acme, prefer: 'wait=10' })
  await made
  expect(receiver.visits.map(({ body }) => JSON.parse(body).data.job.id)).toEqual(['ours'])
})
