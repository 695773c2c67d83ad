import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { administer, databaseUrl } from './databaseServer.ts'

/** A database of a test's own, dropped with all its connections at the end of the scope. */
export type TestDatabase = AsyncDisposable & { readonly url: string }

/** Makes a database with the schema in it, and nothing else. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createCopyOf(inject('databaseServer').template)
}

/** Makes a database with nothing in it, not even the schema. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createCopyOf('template0')
}

async function createCopyOf(template: string): Promise<TestDatabase> {
  const { adminUrl } = inject('databaseServer')
  const name = `conduit_test_${process.pid}_${randomUUID().slice(0, 8)}`
  await administer(adminUrl, `create database ${name} template ${template}`)
  return {
    url: databaseUrl(adminUrl, name),
    [Symbol.asyncDispose]: () => administer(adminUrl, `drop database if exists ${name} with (force)`),
  }
}
