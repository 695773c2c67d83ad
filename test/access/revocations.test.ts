import { expect, test, vi } from 'vitest'
import { Revocations } from '../../src/access/revocations.ts'
import { openDatabase } from '../../src/store/client.ts'
import { revokeKey } from '../../src/store/access/keys.ts'
import { Telemetry } from '../../src/telemetry.ts'
import { createTestDatabase } from '../support/database.ts'
import { putKey } from './keyring.ts'

test('what a key opened ends within 5 s after it is revoked, and what others opened goes on', async () => {
  await using empty = await createTestDatabase()
  const database = openDatabase({ connectionString: empty.url })
  await using _open = { [Symbol.asyncDispose]: () => database.close() }
  const [revoked, good] = [await putKey(database), await putKey(database)]
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const revocations = new Revocations(database, new Telemetry())
    const ended: string[] = []
    for (const { id } of [revoked, good]) revocations.watch(id, () => ended.push(id))
    await revokeKey(database, revoked.id, 'default', 'test')
    // The look that begins within that time has a second for its answer.
    vi.advanceTimersByTime(4000)
    await revocations.close()
    expect(ended).toEqual([revoked.id])
  } finally {
    vi.useRealTimers()
  }
})
