import { setTimeout as after } from 'node:timers/promises'
import { ping } from '../store/ping.ts'
import { ProblemError } from '../wire/problem.ts'
import type { ServiceDeps } from './deps.ts'

/** Shorter than any lease that is of use: whoever asks may take a replica out before its lease ends. */
const ANSWER_MS = 2000

/**
 * Asks whether the service can take work: it does not drain, and the database answers. The database is asked once for all
 * who want to know; a line that is silent is a no. Throws a `ProblemError` (`unavailable`), or what the database says.
 */
export function createReadiness({ database, executor }: Pick<ServiceDeps, 'database' | 'executor'>) {
  let asking: Promise<void> | null = null
  return async (): Promise<void> => {
    if (executor.isDraining) throw new ProblemError('unavailable', 'the service is shutting down', { retryAfter: 5 })
    asking ??= ping(database, ANSWER_MS).finally(() => {
      asking = null
    })
    const answers = await Promise.race([asking.then(() => true), after(ANSWER_MS, false, { ref: false })])
    if (!answers) throw new ProblemError('unavailable', 'the database does not answer', { retryAfter: 1 })
  }
}
