import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { createSecretBox, type SecretBox, SecretUnreadable } from '../../src/secrets/box.ts'
import { serviceSecret } from '../../src/secrets/serviceSecret.ts'
import { createTestDatabase } from '../support/database.ts'

const PLAIN = createSecretBox(undefined)

test('a secret is made once, also where twenty ask for it first, and it is the same afterwards', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const replicas = [1, 2].map(() => openDatabase({ connectionString: url }))
  for (const replica of replicas) stack.defer(() => replica.close())
  const asked = await Promise.all(
    Array.from({ length: 20 }, (_, i) => serviceSecret(replicas[i % 2]!, 'tokens', PLAIN)),
  )
  const texts = new Set(asked.map((secret) => secret.toString('hex')))
  expect([texts.size, asked[0]?.length]).toEqual([1, 32])
  expect(await serviceSecret(replicas[0]!, 'tokens', PLAIN)).toEqual(asked[0])
  expect(await serviceSecret(replicas[0]!, 'other', PLAIN)).not.toEqual(asked[0])
})

test('it is sealed with SECRETS_KEY, also when it was stored before there was one, and sealed anew with the next', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const database = openDatabase({ connectionString: url })
  stack.defer(() => database.close())
  const stored = async () => (await database.pool.query('select value from service_secret')).rows[0].value as string
  const read = (box: SecretBox) => serviceSecret(database, 'tokens', box)

  const secret = await read(PLAIN)
  expect(await stored()).toBe(secret.toString('base64'))
  const [first, second] = ['a'.repeat(32), 'b'.repeat(32)]
  expect(await read(createSecretBox(first))).toEqual(secret)
  expect(await stored()).toMatch(/^sealed:2:[0-9a-f]{8}:/)
  expect(await stored()).not.toContain(secret.toString('base64'))
  const sealedWithFirst = await stored()
  expect(await read(createSecretBox(second, [first]))).toEqual(secret)
  expect(await stored()).not.toBe(sealedWithFirst)
  expect(await read(createSecretBox(second))).toEqual(secret)
  for (const box of [createSecretBox(first), PLAIN]) await expect(read(box)).rejects.toThrow(SecretUnreadable)
})
