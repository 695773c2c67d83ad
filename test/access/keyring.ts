import { makeKey } from '../../src/access/keyText.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { insertKey } from '../../src/store/access/keys.ts'
import { SCOPES, type Scope } from '../../src/wire/access.ts'
import type { ConduitOptions } from '../../src/compose/conduit.ts'
import { type Reply, startConduit, type TestConduit } from '../support/conduit.ts'
import { createTestDatabase } from '../support/database.ts'

export type KeyWish = {
  readonly tenant?: string
  readonly name?: string
  readonly scopes?: readonly Scope[]
  readonly tags?: readonly string[]
  readonly definitions?: readonly string[]
}

/** Makes a key in a database, as the command line does: the service is not asked. */
export async function putKey(database: Database, wish: KeyWish = {}): Promise<{ text: string; id: string }> {
  const { tenant = 'default', name = 'test', scopes = SCOPES, tags = [], definitions = null } = wish
  const { text, id, secretHash } = makeKey()
  const bounds = { scopes, tags, definitions, expires_at: null }
  await insertKey(database, { id, tenant, name, ...bounds, secretHash }, 'command')
  return { text, id }
}

/** Makes a key by a connection of its own. */
export async function putKeyAt(url: string, wish: KeyWish = {}): Promise<{ text: string; id: string }> {
  const database = openDatabase({ connectionString: url, max: 1 })
  try {
    return await putKey(database, wish)
  } finally {
    await database.close()
  }
}

export type Asker = (method: Parameters<TestConduit['request']>[0], url: string, body?: unknown) => Promise<Reply>

/** Requests with a key. */
export function asks(service: TestConduit, text: string, headers: Record<string, string> = {}): Asker {
  return (method, url, body) => service.request(method, url, body, { ...headers, authorization: `Bearer ${text}` })
}

/** A database with a key in it, and replicas on it: none of them was ever open. */
export type Keyed = AsyncDisposable & {
  readonly database: Database
  readonly replicas: readonly TestConduit[]
  /** Requests with a new key; at the first replica unless told otherwise. */
  key(wish?: KeyWish, replica?: number): Promise<Asker>
}

export async function startKeyed(options: ConduitOptions = {}, replicas = 1): Promise<Keyed> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  const database = openDatabase({ connectionString: url, max: 2 })
  stack.defer(() => database.close())
  await putKey(database)
  const settings = { ...options.settings, DATABASE_URL: url }
  const started: TestConduit[] = []
  for (let i = 0; i < replicas; i++) started.push(stack.use(await startConduit({ ...options, settings })))
  const opened = stack.move()
  return {
    database,
    replicas: started,
    key: async (wish, replica = 0) => asks(started[replica] as TestConduit, (await putKey(database, wish)).text),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
