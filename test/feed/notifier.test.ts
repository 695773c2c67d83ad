import { expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/store/client.ts'
import { hashOfJob } from '../../src/store/notifier/messages.ts'
import { Notifier } from '../../src/store/notifier/notifier.ts'
import { createTestDatabase } from '../support/database.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const job = { tenant: 'default', id: 'j-1' }

/** A notifier, and what it was told. */
async function open(url: string, stack: AsyncDisposableStack) {
  const database = openDatabase({ connectionString: url, max: 2 })
  stack.defer(() => database.close())
  const heard: string[] = []
  const states: boolean[] = []
  let missed = 0
  const notifier = new Notifier({
    connectionString: url,
    database,
    onNews: (kind, hashes) => heard.push(...hashes.map((hash) => `${kind} ${hash}`)),
    onQueued: () => undefined,
    onLive: () => undefined,
    onMissed: () => {
      missed++
    },
    onListening: ({ listening }) => states.push(listening),
  })
  stack.defer(() => notifier.close())
  await vi.waitFor(() => expect(notifier.isListening).toBe(true), { timeout: PATIENCE_MS })
  return { notifier, heard, states, missed: () => missed }
}

test('a replica hears what another tells, and never itself', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const one = await open(url, stack)
  const other = await open(url, stack)
  await vi.waitFor(
    () => {
      one.notifier.publish('moved', job)
      one.notifier.publish('ended', job)
      expect(other.heard).toEqual(expect.arrayContaining([`moved ${hashOfJob(job)}`, `ended ${hashOfJob(job)}`]))
    },
    { timeout: PATIENCE_MS },
  )
  expect(one.heard).toEqual([])
})

test('after its connection was killed it listens again, and says that messages were missed', async () => {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const { notifier, states, missed } = await open(url, stack)
  expect([states, missed()]).toEqual([[true], 1])
  await administer(
    url,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'conduit listener' and datname = current_database()",
  )
  await vi.waitFor(() => expect([states, missed()]).toEqual([[true, false, true], 2]), { timeout: PATIENCE_MS })
  expect(notifier.isListening).toBe(true)
})

test('a connection that takes LISTEN and hears nothing is known for deaf', async () => {
  await using stack = new AsyncDisposableStack()
  const created = stack.use(await createTestDatabase())
  // As through a pooler: what is sent by the others comes out elsewhere.
  const elsewhere = stack.use(await createTestDatabase())
  const database = openDatabase({ connectionString: elsewhere.url, max: 1 })
  stack.defer(() => database.close())
  const told = Promise.withResolvers<string | undefined>()
  const notifier = new Notifier({
    connectionString: created.url,
    database,
    onNews: () => undefined,
    onQueued: () => undefined,
    onLive: () => undefined,
    onMissed: () => undefined,
    onListening: ({ error }) => told.resolve(error?.message),
  })
  stack.defer(() => notifier.close())
  expect(await told.promise).toContain('DATABASE_DIRECT_URL')
  expect(notifier.isListening).toBe(false)
})

test('a listener that stays on a server which nobody writes to any more is known for deaf by its heartbeat', async () => {
  await using stack = new AsyncDisposableStack()
  const before = stack.use(await createTestDatabase())
  const after = stack.use(await createTestDatabase())
  const [old, promoted] = [before, after].map(({ url }) => openDatabase({ connectionString: url, max: 2 }))
  if (old === undefined || promoted === undefined) throw new Error('there are two databases')
  stack.defer(() => old.close())
  stack.defer(() => promoted.close())
  let primary = old
  const states: boolean[] = []
  const notifier = new Notifier({
    connectionString: before.url,
    database: { ...old, query: (...asked) => primary.query(...asked) },
    onNews: () => undefined,
    onQueued: () => undefined,
    onLive: () => undefined,
    onMissed: () => undefined,
    onListening: ({ listening }) => states.push(listening),
  })
  stack.defer(() => notifier.close())
  await vi.waitFor(() => expect(notifier.isListening).toBe(true), { timeout: PATIENCE_MS })
  // A failover: statements go to another server by now, and the listening line lives on.
  primary = promoted
  await vi.waitFor(() => expect(states).toEqual([true, false]), { timeout: PATIENCE_MS })
})
