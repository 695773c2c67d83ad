import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import type { Endpoint } from './endpoint.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import { type ServerHold, takeHold } from './hold.ts'
import type { Home } from './home.ts'
import { type Launched, launch } from './launch.ts'
import { discardRecord, isServerOf, type PostmasterRecord, readRecord } from './postmaster.ts'

/** A cluster and all that is needed to serve it. */
export type Cluster = {
  readonly home: Home
  readonly binaries: Binaries
  readonly endpoint: Endpoint
  readonly settings: Readonly<Record<string, string>>
  readonly log: (message: string) => void
}

/** How long a server may be silent or leave its place taken: one that dies is gone by then. */
const PATIENCE_MS = 10_000

/** How long it may say that it is starting or stopping: recovery after a crash reads at most some GB of log. */
const BUSY_PATIENCE_MS = 600_000

const POLL_MS = 5

/** Between two attempts to start a server whose place is still taken. */
const RETRY_MS = 100

/**
 * Claims the cluster's server: the one that runs (another service's, or one whose service was killed), or one that is
 * started for it. Throws where it does not answer, and when `signal` is aborted.
 *
 * Postgres itself sees to it that of several that are started only one serves; the others end, and their services
 * find that one here.
 */
export async function takeOverServer(
  cluster: Cluster,
  how: { readonly start: true; readonly signal?: AbortSignal },
): Promise<ServerHold>
/** The same, but none is started: undefined where none runs. */
export async function takeOverServer(cluster: Cluster, how: { readonly start: false }): Promise<ServerHold | undefined>
export async function takeOverServer(
  cluster: Cluster,
  { start, signal }: { readonly start: boolean; readonly signal?: AbortSignal },
): Promise<ServerHold | undefined> {
  const attempt: Attempt = { startedAt: Date.now(), silentSince: Date.now(), launches: 0, contested: false }
  for (;;) {
    signal?.throwIfAborted()
    const record = await readRecord(cluster.home.cluster)
    const hold = record?.state === 'ready' ? await tryHold(cluster, record, attempt) : undefined
    if (hold !== undefined) {
      if (attempt.launched === undefined) cluster.log(`joined the server that runs on ${cluster.home.path}`)
      return hold
    }
    attempt.contested ||= record !== undefined && record.pid !== attempt.launched?.pid
    if (record !== undefined && (await isServerOf(record.pid, cluster.home.cluster))) {
      if (record.state !== 'ready') attempt.silentSince = Date.now()
      if (isOver(attempt)) throw notAnswering(cluster, record.pid, attempt)
    } else if (attempt.launched?.hasEnded() === false) {
      if (isOver(attempt)) throw notAnswering(cluster, attempt.launched.pid, attempt)
    } else if (start) {
      await launchOne(cluster, record, attempt)
    } else {
      return undefined
    }
    await sleep(POLL_MS)
  }
}

/** What one call has seen and done so far. */
type Attempt = {
  readonly startedAt: number
  /** Since when no server has said that it is busy. */
  silentSince: number
  launched?: Launched
  launches: number
  /** Another server was seen, or what one left behind: a start that failed may have failed for that. */
  contested: boolean
  lastError?: unknown
}

function isOver({ startedAt, silentSince }: Attempt): boolean {
  return Date.now() - silentSince > PATIENCE_MS || Date.now() - startedAt > BUSY_PATIENCE_MS
}

/** Claims the server of this record, if it lets us. A number that isn't to be seen from here may still answer. */
async function tryHold(cluster: Cluster, record: PostmasterRecord, attempt: Attempt): Promise<ServerHold | undefined> {
  const { password } = cluster.endpoint
  const endpoint = { host: record.socketFolder || '127.0.0.1', port: record.port, password }
  try {
    return await takeHold(endpoint, cluster.home.cluster)
  } catch (error) {
    if (error instanceof EmbeddedServerError) throw error
    if (hasCode(error, CANNOT_CONNECT_NOW)) attempt.silentSince = Date.now()
    attempt.lastError = error
    return undefined
  }
}

/** A server that starts, stops or recovers says so. */
const CANNOT_CONNECT_NOW = '57P03'

/** Starts a server, unless it was tried and would end in the same way again. */
async function launchOne(cluster: Cluster, record: PostmasterRecord | undefined, attempt: Attempt): Promise<void> {
  if (attempt.launched !== undefined) {
    // Without a rival in sight the second time proves it.
    const hopeless = attempt.launches > 1 && !attempt.contested
    if (hopeless || isOver(attempt)) throw await notStarted(cluster, attempt.launched)
    await sleep(RETRY_MS)
  }
  if (record !== undefined) await discardRecord(cluster.home.cluster, record)
  attempt.launched = await launch(cluster.home, cluster.binaries, cluster.endpoint, cluster.settings)
  attempt.launches++
}

function notAnswering({ home }: Cluster, pid: number, { lastError }: Attempt): EmbeddedServerError {
  const what = `The server (process ${pid}) on ${home.cluster} doesn't answer.`
  const remedy = `Look into ${home.path}/postgres.log, stop it ("kill -INT ${pid}") and start again.`
  return new EmbeddedServerError('not-answering', `${what} ${remedy}`, lastError)
}

async function notStarted({ home }: Cluster, launched: Launched): Promise<EmbeddedServerError> {
  const what = `Postgres doesn't start on ${home.cluster}. It said (in ${home.path}/postgres.log):`
  const remedy = 'Mend what it names (a full disk, say) and start again, or set DATABASE_URL.'
  return new EmbeddedServerError('not-started', `${what}\n${await launched.output()}\n${remedy}`)
}
