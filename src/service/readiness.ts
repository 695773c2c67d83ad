import { ping } from '../store/ping.ts'
import { ProblemError } from '../wire/problem.ts'
import type { ServiceDeps } from './deps.ts'

/** Whether the service can take work. Throws `unavailable` while it drains, and fails while the database is away. */
export async function checkReadiness({
  database,
  executor,
}: Pick<ServiceDeps, 'database' | 'executor'>): Promise<void> {
  if (executor.isDraining) throw new ProblemError('unavailable', 'the service is shutting down', { retryAfter: 5 })
  await ping(database)
}
