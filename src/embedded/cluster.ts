import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ownerOf } from './access.ts'
import { type Binaries, cannotRun } from './binaries.ts'
import { passwordFile, readPassword, type Transport, USER } from './endpoint.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import type { Home } from './home.ts'

const DRAFT = 'postgres.new.'

/** An `initdb` takes seconds: a draft of this age is nobody's, whatever process has its number now. */
const ABANDONED_MS = 600_000

/**
 * Makes the cluster where there is none, and says whether it did.
 *
 * `initdb` works in a draft beside it, and a rename makes that the cluster: a cluster is whole or isn't there, and of
 * two starts at one moment the second finds the first one's and drops its own.
 */
export async function ensureCluster(home: Home, binaries: Binaries, transport: Transport): Promise<boolean> {
  await removeAbandoned(home)
  if (await checkCluster(home, binaries)) return false
  const draft = join(home.path, `${DRAFT}${process.pid}.${randomBytes(6).toString('hex')}`)
  try {
    await initialise(draft, home, binaries, transport)
    await rename(draft, home.cluster)
    await sync(home.path)
    return true
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (await checkCluster(home, binaries)) return false
    throw notMade(home, binaries, error)
  }
}

/** Whether there is a cluster; an error where there is something that this Postgres can't run on. */
async function checkCluster(home: Home, binaries: Binaries): Promise<boolean> {
  const { cluster } = home
  const owner = await ownerOf(cluster)
  if (owner === undefined) return false
  const expected = home.user?.uid ?? process.geteuid?.()
  if (process.platform !== 'win32' && owner.uid !== expected) {
    const remedy = `Run Conduit as its owner, or run "chown -R ${expected} ${cluster}"`
    throw new EmbeddedServerError('wrong-owner', `The data in ${cluster} belongs to user ${owner.uid}. ${remedy}.`)
  }
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  })
  if (version === undefined) {
    if ((await stat(cluster)).isDirectory() && (await readdir(cluster)).length === 0) return false
    throw new EmbeddedServerError('not-a-database', `${cluster} isn't a Postgres data folder. Move it away.`)
  }
  if (Number(version) !== binaries.major) throw wrongVersion(cluster, version.trim(), binaries.major)
  return true
}

function wrongVersion(cluster: string, found: string, major: number): EmbeddedServerError {
  const what = `The data in ${cluster} was written by Postgres ${found}; this is Postgres ${major}.`
  const ways = `dump it with the Conduit that wrote it and restore it into an empty DATA_DIR, or use pg_upgrade`
  return new EmbeddedServerError('wrong-version', `${what} Go back to that version of Conduit, or: ${ways}.`)
}

async function initialise(draft: string, home: Home, binaries: Binaries, transport: Transport): Promise<void> {
  if (home.user === undefined) checkOurselves()
  await mkdir(draft, { mode: 0o700 })
  await chmod(draft, 0o700)
  if (home.user !== undefined) await chown(draft, home.user.uid, home.user.gid)
  if (transport === 'loopback') await readPassword(home)
  // Over the socket the folder's mode is the lock; on TCP nothing is ever trusted.
  const auth = {
    socket: ['--auth-local=trust', '--auth-host=reject'],
    loopback: ['--auth=scram-sha-256', `--pwfile=${passwordFile(home)}`],
  }
  const args = [
    '-D',
    draft,
    `--username=${USER}`,
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
    ...auth[transport],
  ]
  await runInitdb(binaries, args, home)
}

/**
 * In a session of its own: a Ctrl-C reaches the whole process group, and a start that hears one ends by itself once the
 * cluster is whole. Rejects with what `initdb` said.
 */
async function runInitdb(binaries: Binaries, args: readonly string[], home: Home): Promise<void> {
  const child = spawn(binaries.initdb, args, {
    cwd: home.path,
    env: binaries.env,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...home.user,
  })
  const [said, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code === 0) return
  const reason = said.trim() || `initdb ended with ${signal ?? code}`
  throw new EmbeddedServerError('not-made', notMadeText(home, reason))
}

/** `initdb` insists on a name for whoever runs it; containers like to be run under numbers. */
function checkOurselves(): void {
  try {
    userInfo()
  } catch (error) {
    const what = `Postgres's initdb can't run as user ${process.geteuid?.()}, whom /etc/passwd doesn't name.`
    throw new EmbeddedServerError('no-user', `${what} Run Conduit as a user with a name, or set DATABASE_URL.`, error)
  }
}

/** A rename is on the disk only once its folder is. Windows can't, and needs no such call. */
async function sync(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using handle = await open(folder)
  await handle.sync()
}

async function removeAbandoned(home: Home): Promise<void> {
  for (const name of await readdir(home.path)) {
    if (!name.startsWith(DRAFT)) continue
    const path = join(home.path, name)
    if (await isAbandoned(path, Number.parseInt(name.slice(DRAFT.length), 10))) {
      // An orphaned initdb may still write there; what stays now goes at a later start.
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
  }
}

async function isAbandoned(draft: string, pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
    return Date.now() - (await stat(draft)).mtimeMs > ABANDONED_MS
  } catch (error) {
    return hasCode(error, 'ESRCH')
  }
}

function notMade(home: Home, binaries: Binaries, error: unknown): EmbeddedServerError {
  if (error instanceof EmbeddedServerError) return error
  return (
    cannotRun(binaries.initdb, error) ?? new EmbeddedServerError('not-made', notMadeText(home, String(error)), error)
  )
}

function notMadeText(home: Home, reason: string): string {
  return `The database in ${home.path} can't be made: ${reason}\nMend that and start again, or set DATABASE_URL.`
}
