import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import type { Endpoint } from './endpoint.ts'
import { EmbeddedServerError } from './errors.ts'
import { type Hold, takeHold } from './hold.ts'
import type { Home } from './home.ts'
import { type Launched, launch } from './launch.ts'
import { discardRecord, isServerOf, type PostmasterRecord, readRecord } from './postmaster.ts'

/** A cluster and all that is needed to serve it. */
export type Cluster = {
  readonly home: Home
  readonly binaries: Binaries
  readonly endpoint: Endpoint
  readonly settings: Readonly<Record<string, string>>
}

/** How long a server may be silent or leave its place taken: one that dies is gone by then. */
const PATIENCE_MS = 10_000

/** How long it may say that it is starting or stopping: recovery after a crash reads at most some GB of log. */
const BUSY_PATIENCE_MS = 600_000

const POLL_MS = 5

/**
 * Claims the cluster's server: the one that runs (another service's, or one whose service was killed), or, unless told
 * not to, one that is started for it. Undefined only where none runs and none may be started.
 *
 * Postgres itself sees to it that of several that are started only one serves; the others end, and their services
 * find that one here.
 */
export async function takeOver(
  cluster: Cluster,
  { start, signal }: { start: boolean; signal?: AbortSignal },
): Promise<Hold | undefined> {
  const folder = cluster.home.cluster
  const wait = new Patience(folder)
  let launched: Launched | undefined
  let contested = false
  for (;;) {
    signal?.throwIfAborted()
    const record = await readRecord(folder)
    if (record?.state === 'ready') {
      const hold = await tryHold(cluster, record, wait)
      if (hold !== undefined) return hold
    }
    contested ||= record !== undefined && record.pid !== launched?.pid
    if (record !== undefined && (await isServerOf(record.pid, folder))) {
      wait.check(record)
    } else if (launched?.hasEnded() === false) {
      wait.check(undefined)
    } else if (!start) {
      return undefined
    } else {
      // Without a rival in sight it will end the same way each time.
      if (launched !== undefined && !contested) throw await notStarted(cluster, launched)
      if (launched !== undefined && wait.isOver()) throw await notStarted(cluster, launched)
      if (record !== undefined) await discardRecord(folder, record)
      launched = await launch(cluster.home, cluster.binaries, cluster.endpoint, cluster.settings)
    }
    await sleep(launched?.hasEnded() ? POLL_MS * 20 : POLL_MS)
  }
}

async function tryHold(cluster: Cluster, record: PostmasterRecord, wait: Patience): Promise<Hold | undefined> {
  const { password } = cluster.endpoint
  const endpoint = { host: record.socketFolder || '127.0.0.1', port: record.port, password }
  try {
    return await takeHold(endpoint, cluster.home.cluster)
  } catch (error) {
    if (error instanceof EmbeddedServerError) throw error
    wait.lastError = error
    return undefined
  }
}

/** How long we have waited, and what for. */
class Patience {
  lastError: unknown
  readonly #cluster: string
  readonly #since = Date.now()
  #silentSince = Date.now()

  constructor(cluster: string) {
    this.#cluster = cluster
  }

  isOver(): boolean {
    const now = Date.now()
    return now - this.#silentSince > PATIENCE_MS || now - this.#since > BUSY_PATIENCE_MS
  }

  /** Takes note of what the living server says, and ends the waiting when it was too long. */
  check(record: PostmasterRecord | undefined): void {
    if (record !== undefined && record.state !== 'ready') this.#silentSince = Date.now()
    if (!this.isOver()) return
    const process = record === undefined ? 'A server that was started' : `The server (process ${record.pid})`
    const what = `${process} on ${this.#cluster} doesn't answer.`
    const remedy = record === undefined ? 'See its log' : `Stop it ("kill -INT ${record.pid}")`
    throw new EmbeddedServerError('not-answering', `${what} ${remedy} and start again.`, this.lastError)
  }
}

async function notStarted({ home }: Cluster, launched: Launched): Promise<EmbeddedServerError> {
  const what = `Postgres doesn't start on ${home.cluster}. It said (in ${home.path}/postgres.log):`
  return new EmbeddedServerError('not-started', `${what}\n${await launched.output()}`)
}
