import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { driftOf } from './schemaEngine.ts'

test('prisma/schema.prisma says what the migrations make', async () => {
  await using database = await createTestDatabase()
  expect(await driftOf(database.url)).toBe('-- This is an empty migration.')
  await administer(database.url, 'alter table job add column forgotten integer')
  expect(await driftOf(database.url)).toContain('DROP COLUMN "forgotten"')
})
