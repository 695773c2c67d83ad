import { makeKey } from '../../src/access/keyText.ts'
import { type Database, openDatabase } from '../../src/store/client.ts'
import { insertKey } from '../../src/store/keys.ts'
import { SCOPES, type Scope } from '../../src/wire/access.ts'
import type { Reply, TestConduit } from '../support/conduit.ts'

export type KeyWish = {
  readonly tenant?: string
  readonly scopes?: readonly Scope[]
  readonly tags?: readonly string[]
}

/** Makes a key in a database, as the command line does: the service is not asked. */
export async function putKey(database: Database, wish: KeyWish = {}): Promise<{ text: string; id: string }> {
  const { tenant = 'default', scopes = SCOPES, tags = [] } = wish
  const { text, id, secretHash } = makeKey()
  await insertKey(database, { id, tenant, name: 'test', scopes, tags, secretHash }, 'command')
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
