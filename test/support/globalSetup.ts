import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/embedded/server.ts'
import { migrate } from '../../src/store/migrate.ts'
import { administer, databaseUrl } from './databaseServer.ts'

/**
 * Once a run: a server (that of `TEST_DATABASE_URL`, else one of our own that is gone afterwards), and on it a migrated
 * database that those of the tests are copied from. Gives what undoes it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack()
  const adminUrl = process.env['TEST_DATABASE_URL'] ?? (await startServer(stack))
  const template = `conduit_template_${process.pid}_${randomUUID().slice(0, 8)}`
  stack.defer(() => administer(adminUrl, `drop database if exists ${template} with (force)`))
  await administer(adminUrl, `create database ${template} template template0`)
  await migrate(databaseUrl(adminUrl, template))
  // A database that someone is connected to can't be copied.
  await administer(adminUrl, `alter database ${template} allow_connections false`)
  project.provide('databaseServer', { adminUrl, template })
  const opened = stack.move()
  return () => opened.disposeAsync()
}

async function startServer(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-tests-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  await chmod(folder, 0o755) // root's server runs as another user
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300' }
  const server = stack.use(await startEmbedded({ dataDir: join(folder, 'data'), settings }))
  return server.connectionString
}
