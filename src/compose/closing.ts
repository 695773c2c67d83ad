import type { FastifyInstance } from 'fastify'
import type { Database } from '../store/client.ts'

/** What is left when nothing runs any more takes milliseconds, where the database is well. */
const REST_SECONDS = 5

/** Beyond `SHUTDOWN_SECONDS`: by then each write was waited for as long as is of use. */
const LATEST_SECONDS = 8

/** What a drain lets end first, and what is cut off when it has waited long enough. */
export type Drain = {
  /** How long running steps may take to end. */
  readonly shutdownSeconds: number
  /** Resolves when nothing is in hand any more. */
  readonly work: Promise<unknown>
  readonly database: Database
  readonly http: FastifyInstance
}

/**
 * Resolves when the work in hand is over, and puts one bound on the whole drain. What closes one after another waits for a
 * database that is away, and for clients, each for some seconds: only a bound on all of it together leaves a slow machine
 * time before the process is ended as one that hangs. When it is reached nobody is waited for any more.
 */
export async function boundDrain({ shutdownSeconds, work, ...waitedFor }: Drain): Promise<void> {
  const cutAfter = (seconds: number): void => void setTimeout(() => cutOff(waitedFor), seconds * 1000).unref()
  cutAfter(shutdownSeconds + LATEST_SECONDS)
  await work
  cutAfter(REST_SECONDS)
}

/** Ends statements on silent lines, and requests and answers of clients that hold them open. */
function cutOff({ database, http: { server } }: Pick<Drain, 'database' | 'http'>): void {
  database.abandon()
  server.on('connection', (socket) => socket.destroy())
  server.closeAllConnections()
}
