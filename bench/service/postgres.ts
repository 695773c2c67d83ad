import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../../src/embedded/server.ts'
import { parentOf, serverCpuSeconds } from './processes.ts'

/** The one Postgres that all contenders share, each with a fresh database of its own. */
export type BenchServer = AsyncDisposable & {
  /** Name and version. */
  readonly description: string
  /** Makes an empty database; gives its URL. */
  database(name: string): Promise<string>
  drop(name: string): Promise<void>
  /** CPU time so far; null where it runs elsewhere. */
  cpuSeconds(): number | null
}

/** The server of `BENCH_DATABASE_URL` (a user who may create databases), else one of our own, with fsync on. */
export async function openServer(): Promise<BenchServer> {
  await using stack = new AsyncDisposableStack()
  const given = process.env['BENCH_DATABASE_URL']
  const url = given ?? (await startOwn(stack))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  stack.defer(() => client.end())
  const { rows } = await client.query(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync, pg_backend_pid() as pid,
            inet_server_addr() is null or inet_server_addr() << '127.0.0.0/8' as here`,
  )
  const { version, fsync, pid, here } = rows[0] as { version: string; fsync: string; pid: number; here: boolean }
  const postmaster = here ? parentOf(pid) : null
  const opened = stack.move()
  const drop = async (name: string): Promise<void> => {
    await client.query(`drop database if exists ${name} with (force)`)
  }
  return {
    description: `Postgres ${version.split(' ')[0]}${given === undefined ? ' (embedded)' : ''}, fsync ${fsync}`,
    database: async (name) => {
      await drop(name)
      await client.query(`create database ${name}`)
      const made = new URL(url)
      made.pathname = `/${name}`
      return made.href
    },
    drop,
    cpuSeconds: () => (postmaster === null ? null : serverCpuSeconds(postmaster)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** On loopback, as most servers are reached: not every contender takes the URL of a Unix socket. */
async function startOwn(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  await chmod(folder, 0o755) // root's server runs as another user
  const server = stack.use(await startEmbedded({ dataDir: join(folder, 'data'), transport: 'loopback' }))
  return server.connectionString
}
