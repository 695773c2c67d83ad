import { setTimeout as sleep } from 'node:timers/promises'
import { findPackage, prepareBinaries } from './binaries.ts'
import { ensureCluster } from './cluster.ts'
import { connectionString, prepareEndpoint, type Transport } from './endpoint.ts'
import { ensureDatabase, isLast, letGo, type ServerHold } from './hold.ts'
import { openHome } from './home.ts'
import { stopServer } from './stop.ts'
import { type Cluster, takeOverServer } from './takeOver.ts'

/** Where the data lies, and how its server is run. */
export type EmbeddedOptions = {
  /** The folder that the data belongs to; made where it is missing. */
  readonly dataDir: string
  /** Postgres settings over our own, such as `{ fsync: 'off' }` in tests. A server that runs already keeps its own. */
  readonly settings?: Readonly<Record<string, string>>
  /** Is told what an operator may wonder about later. */
  readonly log?: (message: string) => void
  /** Where root puts what the server's user could not reach elsewhere. Default: /var/lib/conduit. */
  readonly stateDir?: string
  /** The folder of the Postgres package. Default: the installed one for this platform. */
  readonly binariesDir?: string
  /** Default: a Unix socket; on Windows loopback with a password. */
  readonly transport?: Transport
}

/** A Postgres of our own that runs. */
export type EmbeddedServer = AsyncDisposable & {
  /** The database `conduit`. The same for as long as the server is open. */
  readonly connectionString: string
  /** Where the data really lies, with the server's log. */
  readonly folder: string
  /** Leaves the server, and stops it where nobody else uses it. Resolves when that is over; twice is fine. */
  close(): Promise<void>
}

const DATABASE = 'conduit'

/**
 * A Postgres of our own over a folder: the one that runs there, else a new one.
 *
 * Any number of services may open the same folder: they share one server, which stops with the last. While it is open
 * a server that dies is started again, at the same address.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const cluster = await openCluster(options)
  const hold = await takeOverServer(cluster, { start: true })
  try {
    await ensureDatabase(hold, DATABASE)
    return new OpenServer({ ...cluster, endpoint: hold.endpoint }, hold)
  } catch (error) {
    await leave(cluster, hold)
    throw error
  }
}

async function openCluster(options: EmbeddedOptions): Promise<Cluster> {
  const { stateDir = '/var/lib/conduit', settings = {}, log = () => undefined } = options
  const transport = options.transport ?? (process.platform === 'win32' ? 'loopback' : 'socket')
  const home = await openHome(options.dataDir, stateDir)
  const binaries = await prepareBinaries(options.binariesDir ?? findPackage(), home, stateDir)
  const made = await ensureCluster(home, binaries, transport)
  log(`${made ? 'made a new database' : 'found the database'} in ${home.path}`)
  return { home, binaries, settings, log, endpoint: await prepareEndpoint(home, transport) }
}

/** Gives a claim up, and stops the server where it was the last. */
async function leave(cluster: Cluster, hold: ServerHold): Promise<void> {
  try {
    const last = await isLast(hold).catch(() => undefined) // the session broke: the server died, or is dying
    if (last === undefined) await leaveAnew(cluster)
    else if (!last) cluster.log(`left the server on ${cluster.home.path} to its other users`)
    else if (!(await stopServer(cluster))) cluster.log(`left the server on ${cluster.home.path}: not ours to stop`)
  } finally {
    await letGo(hold.client)
  }
}

/** Leaves without a claim that holds: a server that is on its way up again must not stay behind. */
async function leaveAnew(cluster: Cluster): Promise<void> {
  const hold = await takeOverServer(cluster, { start: false })
  if (hold !== undefined) await leave(cluster, hold)
}

/** How long to wait after a failed attempt to get a lost server back. */
const RETRY_MS = 1_000

class OpenServer implements EmbeddedServer {
  readonly connectionString: string
  readonly folder: string
  readonly #cluster: Cluster
  readonly #closing = new AbortController()
  #hold: ServerHold | undefined
  #regaining: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(cluster: Cluster, hold: ServerHold) {
    this.connectionString = connectionString(cluster.endpoint, DATABASE)
    this.folder = cluster.home.path
    this.#cluster = cluster
    this.#keep(hold)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await this.#regaining
    if (this.#hold === undefined) await leaveAnew(this.#cluster)
    else await leave(this.#cluster, this.#hold)
  }

  #keep(hold: ServerHold): void {
    this.#hold = hold
    hold.client.once('end', () => {
      if (this.#closing.signal.aborted) return
      this.#hold = undefined
      this.#cluster.log(`lost the server on ${this.folder}; taking it over or starting it again`)
      this.#regaining = this.#regain()
    })
  }

  async #regain(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        this.#keep(await takeOverServer(this.#cluster, { start: true, signal }))
        return
      } catch (error) {
        if (signal.aborted) return
        this.#cluster.log(String(error))
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined) // closing ends the wait
      }
    }
  }
}
