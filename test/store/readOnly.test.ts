import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'

test('a connection to a server that takes no writes serves once: the name may lead to another one soon', async () => {
  await using created = await createTestDatabase()
  const database = openDatabase({ connectionString: created.url })
  await using _open = { [Symbol.asyncDispose]: () => database.close() }
  const name = new URL(created.url).pathname.slice(1)
  const servedBy = async (): Promise<unknown> => {
    const [row] = await database.models(
      'who',
      (client) => client.$queryRaw<[{ pid: number }]>`select pg_backend_pid() as pid`,
    )
    return row?.pid
  }

  await administer(created.url, `alter database "${name}" set default_transaction_read_only = on`)
  const old = await servedBy()
  const next = await servedBy()
  expect(next).not.toBe(old)

  await administer(created.url, `set default_transaction_read_only = off`, `alter database "${name}" reset all`)
  await servedBy()
  const kept = await servedBy()
  expect(kept).not.toBe(next)
  expect(await servedBy()).toBe(kept)
})
