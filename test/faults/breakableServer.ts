import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/server.ts'
import { administer } from '../support/databaseServer.ts'
import { PATIENCE_MS } from '../support/patience.ts'

/** A server of the test's own, to be broken; it comes back by itself, at the same address. */
export async function startBreakableServer(): Promise<
  AsyncDisposable & { readonly url: string; breakDown(): Promise<void> }
> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-faults-'))
  await chmod(folder, 0o755) // root's server runs as another user
  const server: EmbeddedServer = await startEmbedded({ dataDir: join(folder, 'data') })
  return {
    url: server.connectionString,
    breakDown: async () => {
      // While it comes back from the last time there is nothing to break.
      await vi.waitFor(() => administer(server.connectionString, 'select 1'), { timeout: PATIENCE_MS, interval: 50 })
      const record = await readFile(join(server.folder, 'postgres/postmaster.pid'), 'utf8')
      process.kill(Number(record.split('\n')[0]), 'SIGQUIT') // `pg_ctl stop -m immediate`
    },
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
