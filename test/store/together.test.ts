import { hash, randomUUIDv7 } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { audited } from '../../src/store/access/audited.ts'
import { listEntries } from '../../src/store/access/audit.ts'
import { insertKey, listKeys, readKeyRow, revokeKey } from '../../src/store/access/keys.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { DatabaseUnavailable } from '../../src/store/postgres/failures.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startProxy } from '../faults/proxy.ts'
import { PATIENCE_MS } from '../support/patience.ts'

// A change and its entry in the audit log are an array of Prisma's, which the database sees as one transaction.

let made: TestDatabase
let database: Database

beforeAll(async () => {
  made = await createTestDatabase()
  database = openDatabase({ connectionString: made.url })
})

afterAll(async () => {
  await database.close()
  await made[Symbol.asyncDispose]()
})

const key = (tenant: string, definitions: readonly string[] | null = null) => {
  const id = randomUUIDv7()
  return {
    id,
    tenant,
    name: 'n',
    scopes: ['jobs:read'],
    tags: ['a'],
    definitions,
    expires_at: null,
    secretHash: hash('sha256', id, 'buffer'),
  }
}

const told = async (tenant: string): Promise<string[]> =>
  (await listEntries(database, tenant, {}, 10)).map(({ action }) => action)

describe('a key', () => {
  test('is stored as it was given, and told', async () => {
    const given = key('stored')
    const { secretHash: _hash, ...shown } = given
    expect(await insertKey(database, given, 'me')).toMatchObject({ ...shown, last_used_at: null, revoked_at: null })
    expect(await listEntries(database, 'stored', {}, 10)).toMatchObject([
      {
        action: 'key.created',
        actor: 'me',
        subject: given.id,
        details: { name: 'n', scopes: ['jobs:read'], tags: ['a'] },
      },
    ])
  })

  test.each([null, ['d-*']])('knows any steps from none: definitions %j', async (definitions) => {
    const given = key('definitions', definitions)
    await insertKey(database, given, 'me')
    expect(await readKeyRow(database, given.id, null)).toMatchObject({ definitions })
  })

  test('is revoked once, and told once', async () => {
    const given = key('revoked')
    await insertKey(database, given, 'me')
    expect(await revokeKey(database, given.id, 'another', 'me')).toBe(false)
    expect(await revokeKey(database, given.id, 'revoked', 'me')).toBe(true)
    const { revoked_at: since } = (await readKeyRow(database, given.id, null)) ?? {}
    expect(await revokeKey(database, given.id, null, 'me')).toBe(true)
    expect(await readKeyRow(database, given.id, null)).toMatchObject({ revoked_at: since })
    expect(await told('revoked')).toEqual(['key.revoked', 'key.created'])
  })
})

describe('what goes wrong on the way takes the change and its entry with it', () => {
  /** Waits until the change waits for the lock that the test holds; gives who it is there. */
  const waiter = (): Promise<number> =>
    vi.waitFor(async () => {
      const { rows } = await database.pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      const [found] = rows
      if (found === undefined) throw new Error('nobody waits yet')
      return found.pid
    }, PATIENCE_MS)

  /** A change of a key and its entry, by Prisma. */
  const rename = (through: Database, { id, tenant }: { id: string; tenant: string }) =>
    through.models('rename', (client) =>
      audited(
        client,
        { tenant, action: 'key.renamed', actor: 'me', subject: id },
        client.apiKey.update({ where: { id }, data: { name: 'other' }, select: { id: true } }),
      ),
    )

  /** Renames a key whose row is locked by somebody else, while something happens. */
  async function renameWhile(through: Database, happens: (pid: number) => Promise<unknown>): Promise<unknown> {
    const given = key(`faults-${randomUUIDv7()}`)
    await insertKey(database, given, 'me')
    const holder = await database.pool.connect()
    await holder.query('begin')
    await holder.query('select from api_key where id = $1 for update', [given.id])
    const renaming = rename(through, given).catch((error: unknown) => error)
    await happens(await waiter())
    const outcome = await renaming
    await holder.query('rollback')
    holder.release()
    expect(await readKeyRow(database, given.id, null)).toMatchObject({ name: 'n' })
    expect(await told(given.tenant)).toEqual(['key.created'])
    expect(await listKeys(through, given.tenant, 1, null)).toHaveLength(1)
    return outcome
  }

  test('a connection that is ended', async () => {
    const end = (pid: number) => database.pool.query('select pg_terminate_backend($1)', [pid])
    expect(await renameWhile(database, end)).toBeInstanceOf(DatabaseUnavailable)
  })

  test('a lock that is not to be had', async () => {
    expect(await renameWhile(database, async () => undefined)).toBeInstanceOf(DatabaseUnavailable)
  })

  test('a line that falls silent: its connection is not given to the next', async () => {
    await using proxy = await startProxy(made.url)
    const through = openDatabase({ connectionString: proxy.url, max: 1, timeoutMs: 500 })
    expect(await renameWhile(through, async () => proxy.silence())).toBeInstanceOf(DatabaseUnavailable)
    await through.close()
  })

  test.each(['"public"."audit"', 'COMMIT'])('an answer to %s that is lost', async (text) => {
    await using proxy = await startProxy(made.url)
    const through = openDatabase({ connectionString: proxy.url, max: 1 })
    const given = key(`lost-${text.toLowerCase()}`)
    await insertKey(database, given, 'me')
    await listKeys(through, 'x', 1, null)
    proxy.loseAnswerTo(text)
    await expect(rename(through, given)).rejects.toBeInstanceOf(DatabaseUnavailable)
    // A commit whose answer was lost may have been made: both are there then, or neither is.
    await vi.waitFor(async () => {
      const isMade = (await readKeyRow(database, given.id, null))?.name === 'other'
      expect(await told(given.tenant)).toEqual(isMade ? ['key.renamed', 'key.created'] : ['key.created'])
      expect(isMade).toBe(text === 'COMMIT')
    }, PATIENCE_MS)
    expect(await listKeys(through, 'x', 1, null)).toEqual([])
    await through.close()
  })

  test('an entry that the log refuses', async () => {
    const given = key('refused')
    await insertKey(database, given, 'me')
    const refused = database.models('refused', (client) =>
      audited(
        client,
        { tenant: 'refused', action: 'x', actor: '\u0000', subject: 's' },
        client.apiKey.update({ where: { id: given.id }, data: { name: 'other' }, select: { id: true } }),
      ),
    )
    await expect(refused).rejects.not.toBeInstanceOf(DatabaseUnavailable)
    expect(await readKeyRow(database, given.id, null)).toMatchObject({ name: 'n' })
  })

  test('many at once through few connections', async () => {
    const tenant = 'many'
    const keys = Array.from({ length: 40 }, () => key(tenant))
    await Promise.all(keys.map((one) => insertKey(database, one, 'me')))
    await Promise.all(keys.map((one) => rename(database, one)))
    const names = (await listKeys(database, tenant, 100, null)).map(({ name }) => name)
    expect(names).toEqual(keys.map(() => 'other'))
  })
})
