import type { Database } from '../../store/client.ts'
import { findWait, type StoredWait } from '../../store/waits/read.ts'
import { ProblemError } from '../../wire/problem.ts'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A question of a tenant. Throws `not-found`. */
export async function findQuestion(database: Database, tenant: string, id: string): Promise<StoredWait> {
  const found = ID.test(id) ? await findWait(database, tenant, id) : null
  if (found === null || found.kind !== 'ask') {
    throw new ProblemError('not-found', `there is no question ${id.slice(0, 64)}`)
  }
  return found
}
