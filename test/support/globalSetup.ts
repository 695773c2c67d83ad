import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
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
  sayIfBusy()
  const began = performance.now()
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
  return async () => {
    await opened.disposeAsync()
    process.stdout.write(`the tests with a database took ${Math.round((performance.now() - began) / 1000)} s\n`)
  }
}

/** Tests wait for processes and leases: on a machine that has other work they take longer, and their time-outs grow. */
function sayIfBusy(): void {
  const [load = 0] = loadavg()
  const cores = availableParallelism()
  if (load < 2 * cores) return
  process.stdout.write(`this machine is busy (load ${load.toFixed(0)} on ${cores} cores): time-outs are longer\n`)
}

async function startServer(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-tests-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  await chmod(folder, 0o755) // root's server runs as another user
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300' }
  const server = stack.use(await startEmbedded({ dataDir: join(folder, 'data'), settings }))
  return server.connectionString
}
