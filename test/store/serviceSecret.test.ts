import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { serviceSecret } from '../../src/store/access/serviceSecret.ts'
import { createTestDatabase } from '../support/database.ts'

test('a secret is made once, also where twenty ask for it first, and it is the same afterwards', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const replicas = [1, 2].map(() => openDatabase({ connectionString: url }))
  for (const replica of replicas) stack.defer(() => replica.close())
  const asked = await Promise.all(Array.from({ length: 20 }, (_, i) => serviceSecret(replicas[i % 2]!, 'tokens')))
  const texts = new Set(asked.map((secret) => secret.toString('hex')))
  expect([texts.size, asked[0]?.length]).toEqual([1, 32])
  expect(await serviceSecret(replicas[0]!, 'tokens')).toEqual(asked[0])
  expect(await serviceSecret(replicas[0]!, 'other')).not.toEqual(asked[0])
})
