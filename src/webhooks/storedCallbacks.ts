import { createHash } from 'node:crypto'
import type { Callback } from '../wire/definition.ts'
import type { Callbacks } from '../wire/parseDefinition.ts'
import type { SecretBox } from '../secrets/box.ts'
import { rowOf } from '../secrets/rows.ts'
import { storedJson } from '../engine/values/storedJson.ts'

/** A job's callbacks as they are stored beside its definition. */
type StoredCallbacks = {
  readonly [field in 'on_step_update' | 'on_job_finish']?: StoredCallback
}

type StoredCallback = {
  readonly url: string
  /** Sealed where there is a key; null: the tenant's own is taken. */
  readonly secret: string | null
  readonly endpoint: string
}

/** A job's callbacks as they are stored. */
export const CALLBACKS = storedJson<StoredCallbacks>()

/** A job's callbacks as JSON, their secrets sealed; null without any. */
export function storeCallbacks(tenant: string, jobId: string, callbacks: Callbacks, box: SecretBox): string | null {
  const { onStepUpdate, onJobFinish } = callbacks
  if (onStepUpdate === null && onJobFinish === null) return null
  const stored = ({ url, secret }: Callback): StoredCallback => ({
    url,
    secret: secret === undefined ? null : box.seal(secret, rowOf.job(tenant, jobId)),
    endpoint: callbackEndpoint(tenant, url),
  })
  return CALLBACKS.write({
    ...(onStepUpdate === null ? {} : { on_step_update: stored(onStepUpdate) }),
    ...(onJobFinish === null ? {} : { on_job_finish: stored(onJobFinish) }),
  })
}

/** Names where callbacks go: those of one tenant to one URL share what an endpoint has, its bound and its turn. */
function callbackEndpoint(tenant: string, url: string): string {
  return `cb_${createHash('sha256').update(`${tenant}\n${url}`).digest('base64url').slice(0, 22)}`
}

/** A job's callbacks as they were posted; those that it did not have are left out. */
export function openCallbacks(
  tenant: string,
  jobId: string,
  text: string | null,
  box: SecretBox,
): Readonly<Record<string, Callback>> {
  const stored: StoredCallbacks = text === null ? {} : CALLBACKS.read(text)
  const entries = Object.entries(stored).map(([field, { url, secret }]): [string, Callback] => [
    field,
    secret === null ? { url } : { url, secret: box.open(secret, rowOf.job(tenant, jobId)) },
  ])
  return Object.fromEntries(entries)
}
