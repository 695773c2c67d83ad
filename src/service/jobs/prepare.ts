import type { ParentRef } from '../../engine/definition.ts'
import { isObject, type Json, type JsonObject } from '../../engine/values/json.ts'
import { type JobOrigin, withOrigin } from '../../wire/origin.ts'
import { type ParsedJob, parseJob } from '../../wire/parseDefinition.ts'
import { type Caller, refuseFreeSteps, requireDefinition, requireTags } from '../caller.ts'
import { instantiate, namesDefinition } from '../definitions/instantiate.ts'
import type { ServiceDeps } from '../deps.ts'

/** What makes jobs beside those who post them: a schedule, at the moment that is due; a step of another job. */
export type MadeBy =
  | { readonly schedule: string; readonly scheduledFor: number | null }
  | { readonly parent: ParentRef; readonly schedule?: undefined }

/** A job, checked, and its text as it is to be stored. */
export type PreparedJob = { readonly job: ParsedJob; readonly text: string }

/**
 * Checks a job that is to be accepted, whoever brings it: with steps of its own, or by the name of its definition. Throws
 * `invalid-definition` with pointers, and `forbidden` for what its caller may not run.
 *
 * @param text as it was posted; null: it was not, and is written here
 */
export async function prepareJob(
  deps: Pick<ServiceDeps, 'database' | 'rules'>,
  caller: Caller,
  posted: unknown,
  text: string | null,
  madeBy: MadeBy | null = null,
): Promise<PreparedJob> {
  if (namesDefinition(posted)) return prepareNamed(deps, caller, posted, madeBy)
  refuseFreeSteps(caller)
  const job = parseJob(posted, deps.rules)
  requireTags(caller, job.definition.tags)
  if (madeBy === null) return { job, text: text ?? JSON.stringify(posted) }
  return withMaker(job, posted as JsonObject, { definition: null, ...makerOf(madeBy) })
}

async function prepareNamed(
  { database, rules }: Pick<ServiceDeps, 'database' | 'rules'>,
  caller: Caller,
  posted: JsonObject,
  madeBy: MadeBy | null,
): Promise<PreparedJob> {
  const { job: written, of } = await instantiate(database, caller.tenant, posted)
  requireDefinition(caller, of.name)
  const job = parseJob(written, rules)
  requireTags(caller, job.definition.tags)
  const definition = { ...of, posted: withoutSecrets(posted) }
  return withMaker(job, written, { definition, ...makerOf(madeBy) })
}

function makerOf(madeBy: MadeBy | null): Pick<JobOrigin, 'schedule' | 'parent'> {
  return { schedule: madeBy?.schedule ?? null, parent: madeBy !== null && 'parent' in madeBy ? madeBy.parent : null }
}

function withMaker(job: ParsedJob, written: JsonObject, origin: JobOrigin): PreparedJob {
  const { definition, schedule, parent = null } = origin
  const of = definition === null ? null : { name: definition.name, version: definition.version }
  return { job: { ...job, definition: { ...job.definition, of, schedule, parent } }, text: withOrigin(written, origin) }
}

/** What is given back later: callbacks without their secrets. */
function withoutSecrets(posted: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(posted).map(([key, value]): [string, Json] => {
      if (!key.startsWith('on_') || !isObject(value)) return [key, value]
      const { secret: _secret, ...callback } = value as JsonObject
      return [key, callback]
    }),
  )
}
