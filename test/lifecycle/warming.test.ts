import { expect, test } from 'vitest'
import { readyToAccept } from '../../src/compose/warming.ts'
import { openDatabase } from '../../src/store/client.ts'
import { statement } from '../../src/store/statement.ts'
import { createTestDatabase } from '../support/database.ts'

const PREPARED = statement({ name: 'test-prepared', text: 'select name from pg_prepared_statements' })
const COUNT = statement({ name: 'test-count', text: 'select count(*)::int as jobs from job' })

test('before the first job its statement is planned, on the connection that is used next, and no job is made', async () => {
  await using testDatabase = await createTestDatabase()
  const database = openDatabase({ connectionString: testDatabase.url })
  await readyToAccept(database)
  expect(await database.query<{ name: string }>(PREPARED, [])).toContainEqual({ name: 'accept-finished' })
  expect(await database.query<{ jobs: number }>(COUNT, [])).toEqual([{ jobs: 0 }])
  await database.close()
})

test('a database that is away is no reason not to start', async () => {
  const database = openDatabase({ connectionString: 'postgres://root@127.0.0.1:1/none' })
  await expect(readyToAccept(database)).resolves.toBeUndefined()
  await database.close()
})
