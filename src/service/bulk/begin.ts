import { randomUUIDv7 } from 'node:crypto'
import { beginBulk, type BulkProgress, readBulk } from '../../store/bulk/operations.ts'
import { type BulkOperationWire, parseBulk } from '../../wire/bulk.ts'
import { timestampOrNull } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { filtersOf } from '../jobs/filters.ts'
import { answeredBefore, claimOf, type RequestClaim } from '../repeats.ts'
import { countMatching, takeable } from './matching.ts'

/** What is to be done to many jobs. */
export type BulkRequest = {
  /** Parsed JSON. */
  readonly input: unknown
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
}

/** An operation, and whether an earlier request with this key began it. */
export type BulkAnswer = { readonly operation: BulkOperationWire; readonly replayed: boolean }

/**
 * Begins one action on all jobs that fit; it goes on by itself, whichever replicas are alive. A dry run counts them. Throws
 * `invalid-bulk` and `idempotency-conflict`.
 */
export async function beginOperation(
  deps: Pick<ServiceDeps, 'database' | 'now'>,
  caller: Caller,
  { input, idempotencyKey }: BulkRequest,
): Promise<BulkAnswer> {
  requireScope(caller, 'jobs:write')
  const { tenant } = caller
  const { input: asked, filter } = parseBulk(input)
  const { action, limit: most = 10_000, dry_run: dryRun = false } = asked
  const filters = takeable(action, filtersOf(filter))
  const count = (): Promise<number> => countMatching(deps.database, tenant, filters, deps.now(), most)
  if (dryRun) return { operation: operationToWire({ ...NOTHING, matched: await count() }), replayed: false }
  const claim = claimOf(caller, 'bulk', idempotencyKey, input)
  const before = await operationOf(deps, caller, claim)
  if (before !== null) return before
  const id = `bulk_${randomUUIDv7()}`
  const text = JSON.stringify(asked.filter)
  const bulk = { tenant, id, createdBy: caller.key, action, filter: text, most, matched: await count() }
  const begun = await beginBulk(deps.database, bulk, actorOf(caller), claim && { ...claim, answer: id })
  if (begun !== null) return { operation: operationToWire(begun), replayed: false }
  const other = await operationOf(deps, caller, claim)
  if (other === null) throw new Error('an operation was not begun')
  return other
}

/** What an earlier request with this key began; null: none did. */
async function operationOf(
  deps: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  claim: RequestClaim | null,
): Promise<BulkAnswer | null> {
  const id = await answeredBefore<string>(deps.database, claim)
  return id === null ? null : { operation: await readOperation(deps, caller, id), replayed: true }
}

/** How far an operation is. Throws `not-found`. */
export async function readOperation(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<BulkOperationWire> {
  requireScope(caller, 'jobs:read', 'jobs:write')
  const known = /^bulk_[\w-]{1,60}$/.test(id) ? await readBulk(database, caller.tenant, id) : null
  if (known === null) throw new ProblemError('not-found', `there is no operation ${id.slice(0, 100)}`)
  return operationToWire(known)
}

const NOTHING = { id: null, done: 0, failed: 0, finished_at: null }

function operationToWire(progress: Omit<BulkProgress, 'id'> & { readonly id: string | null }): BulkOperationWire {
  const { id, matched, done, failed, finished_at: at } = progress
  return { id, matched, done, failed, finished_at: timestampOrNull(at) }
}
