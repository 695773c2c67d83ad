import { hash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { insertKey, revokeKey } from '../../src/store/access/keys.ts'
import { setLimits } from '../../src/store/access/limits.ts'
import { openDatabase } from '../../src/store/client.ts'
import { putDefinition } from '../../src/store/definitions/put.ts'
import { removeDefinition } from '../../src/store/definitions/read.ts'
import { NO_LIMITS } from '../../src/wire/limits.ts'
import { createTestDatabase } from '../support/database.ts'

const READ = `
select 'definition' as what, deleted_at > now() - interval '1 hour' as recent from definition
union all select 'limits', updated_at > now() - interval '1 hour' from tenant_limit
union all select 'key', revoked_at > now() - interval '1 hour' from api_key
order by what`

test('a replica whose clock is years behind deletes, limits and revokes at moments of the database', async () => {
  await using empty = await createTestDatabase()
  await using stack = new AsyncDisposableStack()
  const database = openDatabase({ connectionString: empty.url })
  stack.defer(() => database.close())
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2001, 0) })
  stack.defer(() => void vi.useRealTimers())
  const text = { hash: hash('sha256', 'd', 'buffer'), content: '{}', createdBy: null, expected: null }
  const bounds = { definitions: 9, versions: 9 }
  await putDefinition(database, { tenant: 'a', name: 'd', actor: 'x', ...text, bounds })
  expect(await removeDefinition(database, 'a', 'd', 2, 'x')).toBe(false)
  expect(await removeDefinition(database, 'a', 'd', 1, 'x')).toBe(true)
  expect(await removeDefinition(database, 'a', 'd', null, 'x')).toBe(false)
  await setLimits(database, 'a', NO_LIMITS, 'x')
  await setLimits(database, 'a', { ...NO_LIMITS, streams: 3 }, 'x') // changes the row that is there
  const key = { id: 'k', tenant: 'a', name: 'k', scopes: [], tags: [], definitions: null, expires_at: null }
  await insertKey(database, { ...key, secretHash: hash('sha256', 'k', 'buffer') }, 'x')
  expect(await revokeKey(database, 'k', 'other', 'x')).toBe(false)
  expect(await revokeKey(database, 'k', 'a', 'x')).toBe(true)
  expect(await revokeKey(database, 'k', null, 'x')).toBe(true)
  const { rows } = await database.pool.query<{ what: string; recent: boolean }>(READ)
  expect(rows).toEqual(['definition', 'key', 'limits'].map((what) => ({ what, recent: true })))
  const told = await database.pool.query<{ action: string }>(
    `select action from audit where action not in ('definition.written', 'key.created') order by action`,
  )
  expect(told.rows.map(({ action }) => action)).toEqual([
    'definition.deleted',
    'key.revoked',
    'limits.changed',
    'limits.changed',
  ])
})
