import { randomUUIDv7 } from 'node:crypto'
import type { Submission } from '../../executor/accept/submission.ts'
import type { Submitted } from '../../executor/accept/deps.ts'
import { storeCallbacks } from '../../webhooks/storedCallbacks.ts'
import { withoutCallbacks } from '../../wire/withoutCallbacks.ts'
import type { Caller } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import type { Idempotency } from '../idempotency.ts'
import type { PreparedJob } from './prepare.ts'
import { sealedInputs } from './secretInputs.ts'

/** A job that was checked, as the executor takes it. */
export function submissionOf(
  { tenant, key, limits }: Caller,
  { job, text, version, secrets, inputs, firing, isLogged = false }: PreparedJob & { readonly isLogged?: boolean },
  idempotency: Idempotency | null,
  { secrets: box }: Pick<ServiceDeps, 'secrets'>,
): Submission {
  const id = job.id ?? randomUUIDv7()
  const callbacks = storeCallbacks(tenant, id, job.callbacks, box)
  return {
    tenant,
    id,
    createdBy: key,
    job,
    version,
    bounds: { running: limits.jobs_running, queued: limits.jobs_queued },
    text: callbacks === null ? text : withoutCallbacks(text),
    idempotency,
    secrets,
    firing,
    callbacks,
    isLogged,
    ...(inputs === null ? {} : { inputs: sealedInputs(inputs, tenant, id, box) }),
  }
}

/** Accepts a job where its tenant may have one more. */
export async function acceptSubmission(
  submission: Submission,
  { tenant, limits }: Caller,
  { executor, storedBytes, messageBudget }: Pick<ServiceDeps, 'executor' | 'storedBytes' | 'messageBudget'>,
): Promise<Submitted> {
  const { stored_bytes: maxBytes, messages_pending: maxMessages } = limits
  if (maxBytes !== null) await storedBytes.admit(tenant, maxBytes, bytesOf(submission))
  await messageBudget.admit(tenant, maxMessages, submission.job)
  return executor.submit(submission)
}

function bytesOf({ text, takenOver }: Submission): number {
  const taken = takenOver?.entries.reduce((sum, entry) => sum + (entry.kind === 'step' ? entry.json.length : 0), 0) ?? 0
  return Buffer.byteLength(text) + taken
}
