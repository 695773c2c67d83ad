import type { Json } from '../../engine/values/json.ts'
import { ProblemError } from '../../wire/problem.ts'
import { checkSent, checkSignalName, MOST_SIGNALS, type SignalSentWire } from '../../wire/signal.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkJobId, noSuchJob } from './find.ts'
import { idempotencyOf } from '../idempotency.ts'
import { isRepeat } from './idempotency.ts'

/** A signal to a job: any JSON, taken once by a step that waits for this name, now or later. */
export type SignalRequest = {
  readonly id: string
  readonly name: string
  readonly body: Json
  /** Makes a repeat safe; null: none. */
  readonly idempotencyKey: string | null
}

/** A signal that is kept, or was by an earlier request with the same key. */
export type KeptSignal = { readonly sent: SignalSentWire; readonly replayed: boolean }

/**
 * Keeps a signal until a step takes it. Throws `not-found`, `job-finished`, `too-many-requests` where as many are kept
 * as may be, `payload-too-large`, and `invalid-definition` for a name that is none.
 */
export async function signalJob(
  { database, executor, valueLimitBytes }: Pick<ServiceDeps, 'database' | 'executor' | 'valueLimitBytes'>,
  caller: Caller,
  { id: given, name, body, idempotencyKey }: SignalRequest,
): Promise<KeptSignal> {
  requireScope(caller, 'jobs:write')
  const { tenant } = caller
  const id = checkJobId(given)
  checkSignalName(name)
  const text = JSON.stringify(body)
  checkSent(body, text, valueLimitBytes)
  const idempotency = idempotencyKey === null ? null : idempotencyOf(idempotencyKey, { signal: name, job: id, body })
  const signal = { tenant, id, kind: 'signal' as const, name, body: text, actor: actorOf(caller), idempotency }
  const sent = await executor.send(signal, MOST_SIGNALS)
  if (sent.kind === 'not-found') throw noSuchJob(id)
  if (sent.kind === 'sent') return { sent: { name, pending: sent.pending }, replayed: false }
  if (idempotency !== null && (await isRepeat(database, tenant, idempotency))) {
    return { sent: { name, pending: sent.pending }, replayed: true }
  }
  if (sent.kind === 'over') throw new ProblemError('job-finished', 'the job is over: no step takes a signal any more')
  throw new ProblemError('too-many-requests', `${MOST_SIGNALS} signals are kept for this job already`, {
    retryAfter: 1,
  })
}
