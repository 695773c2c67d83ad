import { createHash, randomUUID } from 'node:crypto'
import { access, chmod, constants, readdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { blockedAt, exists, makeFolders, makeOpenFolder, type User } from './access.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import { isRoot, serverUser } from './serverUser.ts'

/**
 * Where one server lives.
 *
 *     postgres/       the cluster, Postgres's own data folder
 *     postgres.log    what the server says
 *     socket/         its Unix socket
 *     lib/            library links, where node_modules takes none
 *     password        on systems without Unix sockets
 *     location        instead of all these, where they lie in another folder: which
 */
export type Home = {
  readonly path: string
  readonly cluster: string
  /** Who runs the server, where it isn't ourselves. */
  readonly user: User | undefined
}

/**
 * Opens the folder that was asked for, or the one that stands for it.
 *
 * Root's server runs as another user. Where that one can't enter the folder, the data lies below `stateDir` under a
 * name made from the folder's path, and the folder keeps a file `location` that later starts follow, also those with
 * other rights: data that was made in one place is never passed over for an empty one in another.
 */
export async function openHome(dataDir: string, stateDir: string): Promise<Home> {
  const asked = await makeFolder(resolve(dataDir))
  const location = await readLocation(asked)
  const home = await homeAt(location ?? asked)
  if (home.user === undefined) return home
  // Asked first: another start, which opens the folder at this moment, opens it before it puts anything there.
  const forUs = await isForUs(asked)
  const blocked = await blockedAt(home.path, home.user)
  if (blocked === undefined) return home
  if (blocked === asked && forUs) {
    await letIn(asked)
    return home
  }
  if (location !== undefined || (await exists(home.cluster))) throw unreachable(home, blocked)
  return await makeElsewhere(asked, stateDir)
}

async function makeFolder(path: string): Promise<string> {
  try {
    await (isRoot() ? makeOpenFolder(path) : makeFolders(path))
    await access(path, constants.W_OK | constants.X_OK)
    return await realpath(path)
  } catch (error) {
    throw new EmbeddedServerError(
      'unreachable-folder',
      `The folder ${path} can't be used: ${whyUnusable(error)}.`,
      error,
    )
  }
}

/** Why a folder can't be made or written to, and what to do. */
function whyUnusable(error: unknown): string {
  if (hasCode(error, 'EACCES', 'EPERM')) return 'this user may not write there. Give it to the user that runs Conduit'
  if (hasCode(error, 'EEXIST', 'ENOTDIR')) return 'a file is in the way. Name a folder'
  if (hasCode(error, 'EROFS')) return 'its file system is read-only. Name a folder that can be written to'
  return `${String(error)}. Mend that, or name another folder`
}

async function homeAt(path: string): Promise<Home> {
  const cluster = join(path, 'postgres')
  return { path, cluster, user: await serverUser(cluster) }
}

async function readLocation(asked: string): Promise<string | undefined> {
  const file = join(asked, 'location')
  const named = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    const what = `${file}, which names the folder of the data, can't be read.`
    throw new EmbeddedServerError('unreachable-folder', `${what} Run "chmod a+r ${file}".`, error)
  })
  if (named === undefined) return undefined
  return await realpath(named.trim()).catch((error: unknown) => {
    const what = `${file} says that the data lies in ${named.trim()}, and that can't be opened.`
    throw new EmbeddedServerError('data-missing', `${what} Bring it back, or remove ${file} to start empty.`, error)
  })
}

/** Whether a folder may be opened to the server: it holds a database already, or nothing at all. */
async function isForUs(folder: string): Promise<boolean> {
  return (await exists(join(folder, 'postgres', 'PG_VERSION'))) || (await readdir(folder)).length === 0
}

/** Lets others pass through the folder (not list it): cluster and socket in it stay closed to all but the server. */
async function letIn(folder: string): Promise<void> {
  await chmod(folder, (await stat(folder)).mode | 0o011)
}

async function makeElsewhere(asked: string, stateDir: string): Promise<Home> {
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 16)
  const path = join(stateDir, name)
  await makeOpenFolder(path).catch((error: unknown) => {
    const what = `Postgres can't run as root, and other users can enter neither ${asked} nor ${path}.`
    throw new EmbeddedServerError('unreachable-folder', `${what} ${REMEDY}`, error)
  })
  const home = await homeAt(await realpath(path))
  const blocked = home.user && (await blockedAt(home.path, home.user))
  if (blocked !== undefined) throw unreachable(home, blocked)
  const file = join(asked, 'location')
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, `${home.path}\n`)
  await rename(draft, file)
  return home
}

const REMEDY = 'Take a DATA_DIR that others may enter, run Conduit as a plain user, or set DATABASE_URL.'

function unreachable(home: Home, blocked: string): EmbeddedServerError {
  const what = `Postgres can't run as root, and user ${home.user?.uid} can't enter ${blocked} to reach ${home.path}.`
  return new EmbeddedServerError('unreachable-folder', `${what} Run "chmod o+x ${blocked}". Or: ${REMEDY}`)
}
