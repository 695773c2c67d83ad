import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { appendFile, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ask, until } from './workload.ts'

// Servers of the tests' own, made of the Postgres that is installed: what the embedded one lacks (pg_basebackup,
// pg_dump) is there, and a whole server may be lost.

const RUN = promisify(execFile)
const TOOLS = ['initdb', 'postgres', 'pg_basebackup', 'pg_dump', 'pg_restore'] as const
type Tool = (typeof TOOLS)[number]

const folderOfTools = findTools()

/** Whether a whole Postgres is installed; where it is not, tests that need it are left out, and that is said. */
export function hasPostgres(): boolean {
  if (folderOfTools !== null) return true
  process.stderr.write(
    `no Postgres with ${TOOLS.join(', ')} is installed: tests with servers of their own are left out\n`,
  )
  return false
}

/** A server of a test's own, gone at the end of the scope with all that it holds. */
export type OwnPostgres = AsyncDisposable & {
  /** The database `postgres` on it, by a superuser, over its socket. */
  readonly url: string
  /** Ends it at once, as a machine is lost: what it had not sent to others is gone. */
  lose(): Promise<void>
}

/** Starts an empty server. */
export async function startPostgres({ disk }: { readonly disk?: Disk } = {}): Promise<OwnPostgres> {
  return within(async (data) => void (await runTool('initdb', ['-D', data, ...INITIAL])), disk)
}

const INITIAL = ['--username=postgres', '--encoding=UTF8', '--no-locale', '--auth=trust', '-N']

/** A server whose journal (its `pg_wal`) has a disk of its own, and that is started again whenever it ends. */
export type JournaledPostgres = AsyncDisposable & {
  readonly url: string
  /** Takes all the room that is left on that disk. */
  fill(): Promise<void>
  /** Gives it back. */
  empty(): Promise<void>
}

/** Starts an empty server with so little room for its journal. */
export async function startJournaledPostgres(megabytes: number): Promise<JournaledPostgres> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'conduit-pg-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const { uid = 0, gid = 0 } = serverUser()
  await chown(folder, uid, gid)
  const data = join(folder, 'data')
  await runTool('initdb', ['-D', data, '--wal-segsize=1', ...INITIAL])
  const script = `mv "$0/pg_wal" "$0/wal" && mkdir "$0/pg_wal" &&
    mount -t tmpfs -o size=${megabytes}m,mode=700,uid=${uid},gid=${gid} conduit "$0/pg_wal" && cp -a "$0/wal/." "$0/pg_wal" &&
    while :; do setpriv --reuid=${uid} --regid=${gid} --clear-groups "$@"; sleep 0.2; done`
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'min_wal_size=2MB', 'max_wal_size=8MB']
  const server = [join(folderOfTools ?? '', 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  // A group of its own: whoever starts the server again ends with it.
  const options = { stdio: 'ignore', detached: true } as const
  const child = spawn('unshare', ['--mount', 'sh', '-c', script, data, ...server], options)
  const ended = once(child, 'exit')
  stack.defer(async () => {
    // Once it has ended, its number may be another's.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL')
    }
    await ended
  })
  const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
  await until(url, 'select true as holds')
  // The disk is seen by the server's processes alone.
  const filler = join(`/proc/${child.pid}/root`, data, 'pg_wal/filler')
  const fill = async (): Promise<void> => {
    for (;;) {
      const error: unknown = await appendFile(filler, Buffer.alloc(65_536)).catch((refused: unknown) => refused)
      if (error !== undefined) return
    }
  }
  const opened = stack.move()
  return { url, fill, empty: () => rm(filler), [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** A disk that a server alone sees, and that goes with it. */
export type Disk = {
  /** An empty folder, where it is to be. */
  readonly folder: string
  readonly megabytes: number
}

/** Whether a server can be given a disk; where it can't, tests with one are left out, and that is said. */
export function hasDisks(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'conduit', tmpdir()], { stdio: 'ignore' })
    return true
  } catch {
    process.stderr.write('no disk can be mounted by this user: tests with a full disk are left out\n')
    return false
  }
}

/** A server that follows the one at `primaryUrl` until it is promoted by `pg_promote()`; it is in step when this resolves. */
export async function startStandby(primaryUrl: string): Promise<OwnPostgres> {
  const standby = await within(async (data) => {
    await runTool('pg_basebackup', ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '-d', primaryUrl])
  })
  await until(standby.url, `select status = 'streaming' as holds from pg_stat_wal_receiver`)
  return standby
}

/** Runs one of the tools as the operator would, with something on its input; gives what it wrote to its output. */
export async function runTool(tool: Tool, args: readonly string[], input?: Buffer): Promise<Buffer> {
  const running = RUN(join(folderOfTools ?? '', tool), args, {
    ...serverUser(),
    cwd: tmpdir(),
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
  })
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** Makes a folder, lets `make` fill it with a cluster, and starts a server on it. */
async function within(make: (data: string) => Promise<void>, disk?: Disk): Promise<OwnPostgres> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'conduit-pg-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  const { uid, gid } = serverUser()
  for (const path of [folder, data]) if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
  await make(data)
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'wal_level=replica']
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  const child = spawnServer(join(folderOfTools ?? '', 'postgres'), args, disk)
  const ended = once(child, 'exit')
  const lose = async (): Promise<void> => {
    child.kill('SIGQUIT') // `pg_ctl stop -m immediate`
    await ended
  }
  stack.defer(lose)
  const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
  await Promise.race([
    until(url, 'select true as holds'),
    ended.then(([code]) => Promise.reject(new Error(`postgres ended with ${code}`))),
  ])
  const opened = stack.move()
  return { url, lose, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

function spawnServer(postgres: string, args: readonly string[], disk: Disk | undefined): ChildProcess {
  const user = serverUser()
  if (disk === undefined) return spawn(postgres, args, { ...user, stdio: 'ignore' })
  const { uid, gid } = user
  const script = `mount -t tmpfs -o size=${disk.megabytes}m,mode=700,uid=${uid},gid=${gid} conduit "$0" &&
    exec setpriv --reuid=${uid} --regid=${gid} --clear-groups "$@"`
  return spawn('unshare', ['--mount', 'sh', '-c', script, disk.folder, postgres, ...args], { stdio: 'ignore' })
}

/** Makes a standby the primary. */
export async function promote({ url }: OwnPostgres): Promise<void> {
  await ask(url, 'select pg_promote(wait => false)')
  await until(url, 'select not pg_is_in_recovery() as holds')
}

/** The newest there is. */
function findTools(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => TOOLS.every((tool) => existsSync(join(folder, tool)))) ?? null
}

/** Postgres refuses to run as root: there it runs as `nobody`. */
function serverUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
