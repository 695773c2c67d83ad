import type { Json } from '../../engine/values/json.ts'
import { ProblemError } from '../../wire/problem.ts'
import { checkSent, checkSignalName, MOST_SIGNALS, type SignalSentWire } from '../../wire/signal.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkJobId, noSuchJob } from './find.ts'

/** A signal to a job: any JSON, taken once by a step that waits for this name, now or later. */
export type SignalRequest = { readonly id: string; readonly name: string; readonly body: Json }

/**
 * Keeps a signal until a step takes it. Throws `not-found`, `job-finished`, `too-many-requests` where as many are kept
 * as may be, `payload-too-large`, and `invalid-definition` for a name that is none.
 */
export async function signalJob(
  { executor, valueLimitBytes }: Pick<ServiceDeps, 'executor' | 'valueLimitBytes'>,
  caller: Caller,
  { id: given, name, body }: SignalRequest,
): Promise<SignalSentWire> {
  requireScope(caller, 'jobs:write')
  const { tenant } = caller
  const id = checkJobId(given)
  checkSignalName(name)
  const text = JSON.stringify(body)
  checkSent(body, text, valueLimitBytes)
  const sent = await executor.send(
    { tenant, id, kind: 'signal', name, body: text, actor: actorOf(caller) },
    MOST_SIGNALS,
  )
  switch (sent.kind) {
    case 'not-found':
      throw noSuchJob(id)
    case 'over':
      throw new ProblemError('job-finished', 'the job is over: no step takes a signal any more')
    case 'too-many':
      throw new ProblemError('too-many-requests', `${MOST_SIGNALS} signals are kept for this job already`, {
        retryAfter: 1,
      })
    case 'sent':
      return { name, pending: sent.pending }
  }
}
