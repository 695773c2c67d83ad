import { expect, test, vi } from 'vitest'
import { Keyring } from '../../src/access/keyring.ts'
import { openDatabase } from '../../src/store/client.ts'
import { revokeKey } from '../../src/store/access/keys.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { asks, putKey, putKeyAt } from './keyring.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const wish = { name: 'first', scopes: ['admin', 'jobs:read'] }

/** Asks again and again until it is answered so; how soon is what the test of the keyring's clock says. */
async function eventually(status: number, ask: () => Promise<{ status: number }>): Promise<void> {
  await vi.waitFor(async () => expect((await ask()).status).toBe(status), { timeout: PATIENCE_MS, interval: 100 })
}

test('a service without keys is open; the first key closes it at once, and every other replica soon', async () => {
  await using one = await startConduit()
  await using two = await startConduit({ settings: { DATABASE_URL: one.databaseUrl } })
  for (const replica of [one, two]) expect((await replica.request('GET', '/v1/jobs')).status).toBe(200)
  const { body } = await one.request('POST', '/v1/keys', wish)
  expect((await one.request('GET', '/v1/jobs')).status).toBe(401)
  await eventually(401, () => two.request('GET', '/v1/jobs'))
  expect((await asks(two, body.secret)('GET', '/v1/jobs')).status).toBe(200)
})

test('a key that is revoked on one replica opens nothing on the others soon', async () => {
  await using one = await startConduit()
  const { body } = await one.request('POST', '/v1/keys', wish)
  await using two = await startConduit({ settings: { DATABASE_URL: one.databaseUrl } })
  const [atOne, atTwo] = [asks(one, body.secret), asks(two, body.secret)]
  expect((await atTwo('GET', '/v1/jobs')).status).toBe(200)
  expect((await atOne('DELETE', `/v1/keys/${body.id}`)).status).toBe(204)
  expect((await atOne('GET', '/v1/jobs')).status).toBe(401)
  await eventually(401, () => atTwo('GET', '/v1/jobs'))
  // The last key is gone, and the service is not open again.
  expect((await two.request('GET', '/v1/jobs')).status).toBe(401)
})

test('what the keyring knows is never older than 5 s when it counts', async () => {
  await using created = await createTestDatabase()
  await using stack = new AsyncDisposableStack()
  const database = openDatabase({ connectionString: created.url, max: 2 })
  stack.defer(() => database.close())
  let now = 0
  const keyring = await Keyring.open({ database, telemetry: new Telemetry(), now: () => now })
  stack.defer(() => keyring.close())

  expect(await keyring.identify(null)).toBeNull()
  const { text, id } = await putKey(database, { tenant: 'acme' })
  now = 4999
  expect(await keyring.identify(null)).toBe('unknown')

  expect(await keyring.identify(text)).toMatchObject({ tenant: 'acme' })
  await revokeKey(database, id, null, 'command')
  now += 3000
  expect(await keyring.identify(text)).toMatchObject({ tenant: 'acme' })
  now += 1999
  expect(await keyring.identify(text)).toBe('unknown')
})

test('while the database is away who was known stays known, and nobody new comes in', async () => {
  await using created = await createTestDatabase()
  const known = await putKeyAt(created.url, { scopes: ['metrics'] })
  const other = await putKeyAt(created.url, { scopes: ['metrics'] })
  const database = openDatabase({ connectionString: created.url, max: 2 })
  let now = 0
  await using stack = new AsyncDisposableStack()
  const keyring = await Keyring.open({ database, telemetry: new Telemetry(), now: () => now })
  stack.defer(() => keyring.close())
  await keyring.identify(known.text)
  await database.close()
  now = 60_000
  expect(await keyring.identify(known.text)).toMatchObject({ keyId: known.id })
  await expect(keyring.identify(other.text)).rejects.toThrow()
})
