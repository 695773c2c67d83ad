import { randomUUIDv7 } from 'node:crypto'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { addTestMessage } from '../../src/store/messages/deliveries.ts'
import { rescueMessages } from '../../src/store/messages/sweep.ts'
import { registerReplica, renewReplica } from '../../src/store/replica.ts'
import { addWebhook } from '../../src/store/webhooks/add.ts'
import { createTestDatabase } from '../support/database.ts'

const AT_ONCE_OVER = 0.001

test('a message in hand is taken from a replica that is dead, and by none that was cut off itself', async () => {
  await using database = await createTestDatabase()
  const store = openDatabase({ connectionString: database.url, max: 1 })
  await using _close = { [Symbol.asyncDispose]: () => store.close() }
  const id = `wh_${randomUUIDv7()}`
  const url = 'https://example.com/'
  const webhook = { id, tenant: 'a', url, events: ['job.finished'], description: null, enabled: true, secret: 's' }
  await addWebhook(store, webhook, 10, 'x')
  await addTestMessage(store, 'a', id, `msg_${randomUUIDv7()}`)
  const dead = await registerReplica(store, AT_ONCE_OVER)
  const back = await registerReplica(store, AT_ONCE_OVER)
  await store.pool.query("update message set state = 'sending', due_at = null, owner = $1", [dead.id])
  const { holder } = back
  expect(await rescueMessages(store, AT_ONCE_OVER, { holder, lapses: 0 })).toBe(0)
  expect(await renewReplica(store, back, 60)).toMatchObject({ lapses: 1 })
  expect(await rescueMessages(store, AT_ONCE_OVER, { holder, lapses: 0 })).toBe(0)
  expect(await rescueMessages(store, AT_ONCE_OVER, { holder, lapses: 1 })).toBe(1)
})
