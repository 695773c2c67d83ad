import { replacedAt, valueAt } from '../../engine/secrets/inputs.ts'
import type { Json, JsonObject } from '../../engine/values/json.ts'
import { type SecretBox, SecretUnreadable } from '../../secrets/box.ts'
import { type HiddenInputs, openInputs, sealInputs } from '../../secrets/inputs.ts'
import { rowOf } from '../../secrets/rows.ts'
import type { StoredSchedule } from '../../store/schedules/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import { requireSeal } from '../jobs/secretInputs.ts'

const CALLBACK_SECRETS = ['/on_step_update/secret', '/on_job_finish/secret']

/** A schedule's job in two parts: what is stored and shown of it, and its secrets, sealed; null: it has none. */
export type PartedJob = { readonly shown: JsonObject; readonly sealed: string | null }

/**
 * Takes the secrets out of a schedule's job: its secret local values, and those of its callbacks. Throws `secrets-closed`
 * for secret local values without a key that seals.
 */
export function partJob(
  job: JsonObject,
  inputs: HiddenInputs | null,
  { tenant, name }: Pick<StoredSchedule, 'tenant' | 'name'>,
  box: SecretBox,
): PartedJob {
  if (inputs !== null) requireSeal(box)
  const secrets = new Map<string, Json>()
  for (const [pointer, value] of inputs?.values ?? []) secrets.set(`/local_values${pointer}`, value)
  for (const pointer of CALLBACK_SECRETS) {
    const secret = valueAt(job, pointer)
    if (secret !== undefined && secret !== null) secrets.set(pointer, secret)
  }
  if (secrets.size === 0) return { shown: job, sealed: null }
  const nulls = new Map([...secrets.keys()].map((pointer): [string, Json] => [pointer, null]))
  return { shown: replacedAt(job, nulls), sealed: sealInputs(secrets, rowOf.schedule(tenant, name), box) }
}

/** A schedule's job as it is to be submitted. Throws `unavailable` where its secrets can't be opened here. */
export function wholeJob(
  job: JsonObject,
  { tenant, name, sealed_inputs: sealed }: Pick<StoredSchedule, 'tenant' | 'name' | 'sealed_inputs'>,
  box: SecretBox,
): JsonObject {
  if (sealed === null) return job
  try {
    return replacedAt(job, openInputs(sealed, rowOf.schedule(tenant, name), box))
  } catch (error) {
    const why =
      error instanceof SecretUnreadable
        ? error.message
        : 'what is stored of them is damaged; write the schedule again, with its secrets'
    throw new ProblemError('unavailable', `the job of the schedule ${name} has secrets: ${why}`, { retryAfter: 60 })
  }
}
