import { createHash } from 'node:crypto'
import { keepAnswer, type RequestKey, takeRequestKey } from '../../store/access/requestKeys.ts'
import { type BatchResultWire, parseBatch } from '../../wire/batch.ts'
import { ProblemError, problemToWire } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { idempotencyOf } from '../idempotency.ts'
import { submitJob, type SubmitDeps } from '../jobs/submit.ts'
import { DatabaseUnavailable } from '../outage.ts'
import { storedJson } from '../../engine/values/storedJson.ts'

/** A batch to be accepted. */
export type BatchRequest = {
  /** Parsed JSON. */
  readonly batch: unknown
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
  /** The id of the request, for the problems in its results. */
  readonly instance: string
}

/** What became of each job, and whether it is the answer to an earlier request. */
export type BatchAnswer = { readonly results: readonly BatchResultWire[]; readonly replayed: boolean }

/** What batches stand on. */
export type BatchDeps = SubmitDeps & Pick<ServiceDeps, 'budget' | 'bodyLimitBytes' | 'batchPermits'>

/** One definition of a batch on its way. */
type Item = { readonly definition: unknown; readonly index: number; readonly key: string | null }

/**
 * So many jobs of one tenant's batches are on their way at once. A batch alone has them all, and fills a statement of them.
 * What several had each would outlive the collections of what is new, be copied by them, and make the old generation be
 * collected: a fifth of the CPU time of four batches. Of one batch no more are held beside its text.
 */
export const BATCH_JOBS_OF_TENANT = 128

/**
 * Accepts many jobs, each for itself, and each durable when this resolves; they share statements like jobs that are
 * posted at the same time. With the key of an earlier request it gives that one's results, and makes only what could not
 * be written then.
 *
 * Throws a `ProblemError`: `invalid-batch` for what is no batch, `idempotency-conflict`.
 */
export async function submitBatch(
  deps: BatchDeps,
  caller: Caller,
  { batch, idempotencyKey, instance }: BatchRequest,
): Promise<BatchAnswer> {
  requireScope(caller, 'jobs:write')
  const jobs = parseBatch(batch)
  if (idempotencyKey === null) {
    return { results: await acceptAll(deps, caller, jobs, { key: null, known: [], instance }), replayed: false }
  }
  const { key, hash } = idempotencyOf(idempotencyKey, batch)
  const row: RequestKey = { tenant: caller.tenant, operation: 'batch', key }
  const before = await takeRequestKey(deps.database, row, hash)
  if (before !== null && !before.hash.equals(hash)) {
    throw new ProblemError('idempotency-conflict', 'this Idempotency-Key was used with another batch')
  }
  const known = RESULTS.read(before?.answer ?? '[]')
  const results = await acceptAll(deps, caller, jobs, { key, known, instance })
  await keepAnswer(deps.database, row, RESULTS.write(results))
  return { results, replayed: before !== null }
}

const RESULTS = storedJson<readonly BatchResultWire[]>()

async function acceptAll(
  deps: BatchDeps,
  caller: Caller,
  jobs: readonly unknown[],
  { key, known, instance }: { key: string | null; known: readonly BatchResultWire[]; instance: string },
): Promise<BatchResultWire[]> {
  const results: BatchResultWire[] = []
  const rest = jobs.entries()
  const work = async (): Promise<void> => {
    for (const [index, definition] of rest) {
      const before = known[index]
      // What could not be written is tried again; everything else stays as it was answered.
      const isKnown = before !== undefined && before.status !== 503
      results[index] = isKnown ? before : await acceptOne(deps, caller, { definition, index, key }, instance)
    }
  }
  await Promise.all(Array.from({ length: Math.min(BATCH_JOBS_OF_TENANT, jobs.length) }, work))
  return results
}

async function acceptOne(deps: BatchDeps, caller: Caller, item: Item, instance: string): Promise<BatchResultWire> {
  using _permit = await deps.batchPermits.take(caller.tenant)
  try {
    const { id, state } = await submitItem(deps, caller, item)
    return { status: 202, job: { id, state } }
  } catch (error) {
    const problem =
      error instanceof DatabaseUnavailable
        ? new ProblemError('unavailable', 'the database does not answer; try again', { retryAfter: 1 })
        : error
    if (!(problem instanceof ProblemError)) throw error
    return { status: problem.statusCode, problem: problemToWire(problem, instance) }
  }
}

async function submitItem(deps: BatchDeps, caller: Caller, { definition, index, key }: Item) {
  const text = JSON.stringify(definition)
  if (Buffer.byteLength(text) > deps.bodyLimitBytes) {
    throw new ProblemError('payload-too-large', `a definition may have ${deps.bodyLimitBytes} bytes`)
  }
  // The request itself was counted when it came.
  if (index > 0) await takeRequest(deps, caller)
  const idempotencyKey = key === null ? null : keyOfJob(key, index)
  return (await submitJob(deps, caller, { definition, text, idempotencyKey, wait: null })).job
}

async function takeRequest({ budget }: Pick<ServiceDeps, 'budget'>, { tenant, limits }: Caller): Promise<void> {
  const rate = limits.requests_per_second
  if (rate === null || (await budget.take(tenant, rate)).admitted) return
  throw new ProblemError('too-many-requests', `the tenant may send ${rate} requests a second`, { retryAfter: 1 })
}

/** A repeat of the batch finds each of its jobs, whatever became of the answer. */
function keyOfJob(key: string, index: number): string {
  return `batch:${createHash('sha256').update(key).digest('base64url')}:${index}`
}
