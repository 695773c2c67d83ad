import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { sql } from '../webhooks/delivery.ts'

const LARGE = { variables: { text: 'a text that packs well; '.repeat(1000) }, steps: [{ action: 'LOGIC.TRUE' }] }

const PACKED = `select pg_column_compression(definition) as by from job`
const BEST = `select case when 'lz4' = any(enumvals) then 'lz4' else 'pglz' end as by from pg_settings where name = 'default_toast_compression'`

test('what is large is packed by LZ4 where the server has it', async () => {
  await using service = await startConduit()
  expect((await service.run(LARGE)).state).toBe('succeeded')
  expect(await sql(service, PACKED)).toEqual(await sql(service, BEST))
})

test('what somebody chose for the database stays', async () => {
  await using database = await createTestDatabase()
  const name = new URL(database.url).pathname.slice(1)
  await administer(database.url, `alter database "${name}" set default_toast_compression = 'pglz'`)
  await using service = await startConduit({ settings: { DATABASE_URL: database.url } })
  expect((await service.run(LARGE)).state).toBe('succeeded')
  expect(await sql(service, PACKED)).toEqual([{ by: 'pglz' }])
})
