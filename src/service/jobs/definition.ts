import type { JsonObject } from '../../engine/values/json.ts'
import { ORIGIN_FIELD, originOf, postedByName } from '../../wire/origin.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob } from './find.ts'
import { withoutInputs } from './secretInputs.ts'
import { readingStored } from '../../engine/values/unreadable.ts'
import { parseObject } from '../../engine/values/parseJson.ts'
import { CALLBACKS } from '../../webhooks/storedCallbacks.ts'

/** The definition of a job, equal as JSON to what was posted, but for its callbacks' secrets and secret local values (null). Throws `not-found`. */
export async function readJobDefinition(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  id: string,
): Promise<JsonObject> {
  requireScope(caller, 'jobs:read')
  const job = await findJob(database, caller.tenant, id)
  const stored = readingStored(() => parseObject(job.definition))
  const { definition, secretInputs = [] } = originOf(stored)
  if (definition !== null) return postedByName(definition)
  const { [ORIGIN_FIELD]: _origin, ...posted } = stored
  return { ...withoutInputs(posted, secretInputs), ...callbackUrls(job.callbacks) }
}

/** Callbacks are stored apart from the text, with their secrets. */
function callbackUrls(text: string | null): JsonObject {
  if (text === null) return {}
  const stored = CALLBACKS.read(text)
  return Object.fromEntries(Object.entries(stored).map(([field, { url }]) => [field, { url }]))
}
