import { claimRequestKey } from '../../store/access/requestKeys.ts'
import { timestamp } from '../../wire/jobView.ts'
import { type JobTokenWire, secondsAsked } from '../../wire/jobToken.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { answeredBefore, type Once, openForRepeat, sealForRepeat, secretClaimOf } from '../repeats.ts'
import { checkJobId, noSuchJob } from './find.ts'
import { storedJson } from '../../engine/values/storedJson.ts'

const ANSWER = storedJson<JobTokenWire>()

/** For which job a token is made, and for how long. */
export type TokenRequest = {
  readonly id: string
  /** How long it is to be good, as it was posted; nothing: an hour. */
  readonly input: unknown
  /** Makes a repeat safe for 24 hours: it is given the same token; null: none. */
  readonly idempotencyKey: string | null
}

/**
 * A token that reads one job, its steps and events, and nothing else. Throws `not-found`, `invalid-token-request`,
 * `idempotency-conflict`.
 */
export async function makeJobToken(
  { database, executor, tokens, secrets }: Pick<ServiceDeps, 'database' | 'executor' | 'tokens' | 'secrets'>,
  caller: Caller,
  { id, input, idempotencyKey }: TokenRequest,
): Promise<Once<JobTokenWire>> {
  requireScope(caller, 'jobs:read')
  const jobId = checkJobId(id)
  const seconds = secondsAsked(input)
  const expiresAt = executor.now() + seconds * 1000
  const token = await tokens.make({ tenant: caller.tenant, jobId }, { expiresAt, keyId: caller.key })
  if (token === null) throw noSuchJob(jobId)
  const answer = { token, expires_at: timestamp(expiresAt) }
  const claim = secretClaimOf(caller, 'jobs.token', idempotencyKey, { jobId, seconds })
  if (claim === null) return { answer, replayed: false }
  const sealed = sealForRepeat(ANSWER.write(answer), claim, secrets)
  if (await claimRequestKey(database, { ...claim, answer: sealed })) return { answer, replayed: false }
  const before = await answeredBefore<string>(database, claim)
  if (before === null) throw new Error('a key was taken and stands for nothing')
  return { answer: ANSWER.read(openForRepeat(before, claim, secrets)), replayed: true }
}
