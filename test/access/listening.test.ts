import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { putKeyAt } from './keyring.ts'

const everywhere = { HOST: '0.0.0.0', PORT: '0' }

test('a service without keys refuses to listen beyond loopback, and says what to do', async () => {
  await using service = await startConduit({ settings: everywhere })
  await expect(service.conduit.listen()).rejects.toThrow(/make a key first .*ALLOW_ANONYMOUS=true/)
})

test('listens everywhere with a key, or where the operator means it', async () => {
  await using created = await createTestDatabase()
  await putKeyAt(created.url)
  await using keyed = await startConduit({ settings: { ...everywhere, DATABASE_URL: created.url } })
  await keyed.conduit.listen()
  await using anonymous = await startConduit({ settings: { ...everywhere, ALLOW_ANONYMOUS: 'true' } })
  await anonymous.conduit.listen()
})

test('listens on loopback in any case', async () => {
  await using service = await startConduit({ settings: { HOST: '127.0.0.1', PORT: '0' } })
  expect(await service.conduit.listen()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})
