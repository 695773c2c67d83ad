import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { openDatabase } from '../../src/store/client.ts'
import { removeOldEntries } from '../../src/store/access/audit.ts'
import { createTestDatabase } from '../support/database.ts'
import { asks, putKey, startKeyed } from './keyring.ts'

const sleeping = { steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 30 } }] }

test('the audit log says who created, cancelled, deleted, made and revoked what', async () => {
  await using service = await startConduit()
  await service.client.jobs.submit({ ...sleeping, id: 'before' })
  const { body: root } = await service.request('POST', '/v1/keys', { name: 'root', scopes: ['admin'] })
  const admin = asks(service, root.secret)
  const scopes = ['jobs:read', 'jobs:write']
  const { body: ci } = await admin('POST', '/v1/keys', { name: 'ci', scopes })
  const ask = asks(service, ci.secret)
  await ask('POST', '/v1/jobs', { ...sleeping, id: 'mine' })
  await ask('POST', '/v1/jobs/mine/cancel')
  await ask('POST', '/v1/jobs/mine/cancel')
  await ask('DELETE', '/v1/jobs/mine')
  await ask('POST', '/v1/jobs', { steps: [], id: 'kept' })
  await admin('DELETE', `/v1/keys/${ci.id}`)

  const { body } = await admin('GET', '/v1/audit')
  const told = body.data.map((entry: Record<string, unknown>) => [entry['action'], entry['actor'], entry['subject']])
  const isCreation = ([action]: string[]): boolean => action === 'job.created'
  expect(told.filter(isCreation).reverse()).toEqual([
    ['job.created', 'anonymous', 'before'],
    ['job.created', ci.id, 'kept'],
  ])
  expect(told.filter((entry: string[]) => !isCreation(entry)).reverse()).toEqual([
    ['key.created', 'anonymous', root.id],
    ['key.created', root.id, ci.id],
    ['job.cancelled', ci.id, 'mine'],
    ['job.deleted', ci.id, 'mine'],
    ['key.revoked', root.id, ci.id],
  ])
  const deleted = (await admin('GET', '/v1/audit?action=job.deleted')).body.data[0]
  expect(deleted.details).toMatchObject({ state: 'cancelled', created_by: ci.id })
  expect(JSON.stringify(body)).not.toContain('cdt_')
})

test('it is read in pages, of one action or of all, each tenant its own', async () => {
  await using service = await startKeyed()
  const acme = await service.key({ tenant: 'acme' })
  const other = await service.key({ tenant: 'other' })
  const operator = await service.key()
  for (let i = 0; i < 5; i++) await acme('POST', '/v1/jobs', { id: `a-${i}`, steps: [] })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await acme('GET', `/v1/audit?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
    seen.push(...body.data.map(({ subject }: { subject: string }) => subject))
    cursor = body.next_cursor
  }
  expect(seen).toHaveLength(6)
  expect(seen.slice(0, 5)).toEqual(['a-4', 'a-3', 'a-2', 'a-1', 'a-0'])
  const actions = async (ask: typeof acme, query: string) =>
    (await ask('GET', `/v1/audit?${query}`)).body.data.map(({ action }: { action: string }) => action)
  expect(await actions(acme, 'action=key.created')).toEqual(['key.created'])
  expect(await actions(acme, 'action=job.created')).toHaveLength(5)
  expect(await actions(other, 'tenant=acme')).toEqual(['key.created'])
  expect(await actions(operator, 'tenant=acme')).toHaveLength(6)
  expect((await acme('GET', '/v1/audit?cursor=x')).status).toBe(400)
})

test('what was done to one thing is read by its subject, whatever else was done', async () => {
  await using service = await startKeyed()
  const admin = await service.key({ scopes: ['admin', 'jobs:write'] })
  for (const id of ['a', 'b']) {
    await admin('POST', '/v1/jobs', { ...sleeping, id })
    await admin('POST', `/v1/jobs/${id}/cancel`)
  }
  const told = async (query: string) =>
    (await admin('GET', `/v1/audit?${query}`)).body.data.map(
      ({ action, subject }: Record<string, unknown>) => `${action} ${subject}`,
    )
  expect(await told('subject=a')).toEqual(['job.cancelled a', 'job.created a'])
  expect(await told('subject=b&action=job.cancelled')).toEqual(['job.cancelled b'])
  expect(await told('subject=b&action=job.created')).toEqual(['job.created b'])
  expect(await told('subject=nothing')).toEqual([])
  const { body } = await admin('GET', '/v1/audit?subject=a&limit=1')
  expect(await told(`subject=a&limit=1&cursor=${body.next_cursor}`)).toEqual(['job.created a'])
  expect((await admin('GET', '/v1/audit?subject=%00')).status).toBe(400)
})

test('no entry can be changed or deleted before its time, and old ones go', async () => {
  await using created = await createTestDatabase()
  await using database = openDatabaseAt(created.url)
  await putKey(database)
  const insert =
    "insert into audit (tenant, at, id, action, actor, subject) values ('a', now() - $1::interval, 'x', 'y', 'z', 's')"
  await database.pool.query(insert, ['401 days'])
  await database.pool.query(insert, ['399 days'])
  await database.pool.query(insert, ['80 days'])
  for (const sql of ["update audit set actor = 'me'", 'delete from audit', 'truncate audit']) {
    await expect(database.pool.query(sql)).rejects.toThrow('append-only')
  }
  expect(await removeOldEntries(database, 400, 100)).toBe(1)
  await expect(removeOldEntries(database, 1, 100)).rejects.toThrow('append-only')
})

function openDatabaseAt(url: string) {
  const database = openDatabase({ connectionString: url, max: 1 })
  return { ...database, [Symbol.asyncDispose]: () => database.close() }
}
