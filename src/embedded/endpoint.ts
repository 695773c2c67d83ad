import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { chmod, chown, link, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedServerError, hasCode } from './errors.ts'
import type { Home } from './home.ts'

/** How the server listens: a private Unix socket wherever there are any, loopback with a password elsewhere. */
export type Transport = 'socket' | 'loopback'

/** Where a server is reached. */
export type Endpoint = {
  /** The socket's folder (absolute), or an address. */
  readonly host: string
  readonly port: number
  readonly password: string | undefined
}

/** The superuser, and the only user. */
export const USER = 'conduit'

/** macOS's limit, the smaller one (Linux has 107), less the name of the socket in the folder. */
const MAX_FOLDER_BYTES = 103 - Buffer.byteLength('/.s.PGSQL.5432')

/** Prepares an endpoint for a server that isn't running yet. */
export async function prepareEndpoint(home: Home, transport: Transport): Promise<Endpoint> {
  if (transport === 'socket') return { host: await socketFolder(home), port: 5432, password: undefined }
  return { host: '127.0.0.1', port: await freePort(), password: await readPassword(home) }
}

/** Whether a server listens on a Unix socket, not on loopback. */
export function isSocket(endpoint: Pick<Endpoint, 'host'>): boolean {
  return endpoint.host.startsWith('/')
}

/**
 * The URL of a database. It states what `PGPORT`, `PGSSLMODE` and the like in our environment would otherwise decide,
 * and is written so that pg, libpq and Prisma read the same.
 */
export function connectionString(endpoint: Endpoint, database: string): string {
  const end = 'sslmode=disable'
  if (isSocket(endpoint)) {
    const host = encodeURIComponent(endpoint.host)
    return `postgresql://${USER}@localhost:${endpoint.port}/${database}?host=${host}&${end}`
  }
  return `postgresql://${USER}:${endpoint.password ?? ''}@${endpoint.host}:${endpoint.port}/${database}?${end}`
}

/** The folder of the socket: in the home, or in the temp folder where that path is too long for a socket. */
async function socketFolder(home: Home): Promise<string> {
  const name = `conduit-${createHash('sha256').update(home.path).digest('hex').slice(0, 16)}`
  // Our own temp folder may be closed to another user.
  const temporary = home.user === undefined ? [join(tmpdir(), name), join('/tmp', name)] : [join('/tmp', name)]
  const folders = [join(home.path, 'socket'), ...temporary]
  const folder = folders.find((path) => Buffer.byteLength(path) <= MAX_FOLDER_BYTES) ?? join('/tmp', name)
  await makePrivate(folder, home)
  return folder
}

/** Whoever may enter this folder has the database, so one that others made or opened isn't used. */
async function makePrivate(folder: string, home: Home): Promise<void> {
  const owner = home.user?.uid ?? process.geteuid?.()
  try {
    await mkdir(folder, { mode: 0o700 })
    if (home.user !== undefined) await chown(folder, home.user.uid, home.user.gid)
    await chmod(folder, 0o700)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  const found = await lstat(folder)
  if (!found.isDirectory() || (found.mode & 0o077) !== 0) throw unsafe(folder)
  // Root's own: another start of ours stands between making it and giving it away.
  if (found.uid === 0 && owner !== 0 && process.geteuid?.() === 0) await chown(folder, owner ?? 0, home.user?.gid ?? 0)
  else if (found.uid !== owner) throw unsafe(folder)
}

function unsafe(folder: string): EmbeddedServerError {
  const what = `${folder}, the folder for the server's socket, isn't private to the server's user.`
  return new EmbeddedServerError('unreachable-folder', `${what} Remove it and start again.`)
}

async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer().once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
  return await promise
}

/** The home's password, made at the first call. The link gives the file its name only once it is whole. */
export async function readPassword(home: Home): Promise<string> {
  const file = passwordFile(home)
  const draft = `${file}.${randomUUID()}`
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  try {
    await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (home.user !== undefined) await chown(draft, home.user.uid, home.user.gid)
    await link(draft, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return await readFile(file, 'utf8')
}

/** Where the password of a server on loopback is kept (mode 600). */
export function passwordFile(home: Home): string {
  return join(home.path, 'password')
}
