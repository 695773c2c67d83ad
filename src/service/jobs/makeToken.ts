import { timestamp } from '../../wire/jobView.ts'
import { type JobTokenWire, secondsAsked } from '../../wire/jobToken.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { checkJobId, noSuchJob } from './find.ts'

export type TokenRequest = {
  readonly id: string
  /** How long it is to be good, as it was posted; nothing: an hour. */
  readonly input: unknown
}

/** A token that reads one job, its steps and events, and nothing else. Throws `not-found`, `invalid-token-request`. */
export async function makeJobToken(
  { executor, tokens }: Pick<ServiceDeps, 'executor' | 'tokens'>,
  caller: Caller,
  { id, input }: TokenRequest,
): Promise<JobTokenWire> {
  requireScope(caller, 'jobs:read')
  const jobId = checkJobId(id)
  const expiresAt = executor.now() + secondsAsked(input) * 1000
  const token = await tokens.make({ tenant: caller.tenant, jobId }, { expiresAt, keyId: caller.key })
  if (token === null) throw noSuchJob(jobId)
  return { token, expires_at: timestamp(expiresAt) }
}
