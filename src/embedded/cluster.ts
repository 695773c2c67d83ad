import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { passwordFile, readPassword, type Transport, USER } from './endpoint.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import type { Home } from './home.ts'
import { ownerOf } from './serverUser.ts'

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
    if (error instanceof EmbeddedServerError) throw error
    throw new EmbeddedServerError('not-made', `The database in ${home.path} can't be made. ${reason(error)}`, error)
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
  await mkdir(draft, { mode: 0o700 })
  await chmod(draft, 0o700)
  if (home.user !== undefined) await chown(draft, home.user.uid, home.user.gid)
  // Over the socket the folder's mode is the lock; on TCP nothing is ever trusted.
  const auth = ['--auth-local=trust', '--auth-host=reject']
  if (transport === 'loopback') {
    await readPassword(home)
    auth.splice(0, 2, '--auth=scram-sha-256', `--pwfile=${passwordFile(home)}`)
  }
  const args = ['-D', draft, `--username=${USER}`, '--encoding=UTF8', '--no-locale', '--no-instructions', ...auth]
  await promisify(execFile)(binaries.initdb, args, { cwd: home.path, env: binaries.env, ...home.user })
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

/** What to tell of a failed `initdb`. Its commonest failures are named, since its own words lead nowhere. */
function reason(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return 'Its binaries need glibc, which this system (Alpine?) lacks: set DATABASE_URL.'
  if (hasCode(error, 'EPERM')) return 'We run as root, and may not become another user: run Conduit as a plain user.'
  return `initdb said: ${error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)}`
}
