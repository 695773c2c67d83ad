import type { Definition, ParentRef } from '../../engine/definition.ts'
import type { KnownSecrets } from '../../engine/secrets/given.ts'
import { secretsNamed } from '../../engine/secrets/places.ts'
import { isObject, type Json, type JsonObject } from '../../engine/values/json.ts'
import { type JobOrigin, withOrigin } from '../../wire/origin.ts'
import { changeSteps } from '../../wire/changeSteps.ts'
import { invalidRerun, type RerunChanges } from '../../wire/rerun.ts'
import { type ParsedJob, parseJob } from '../../wire/parseDefinition.ts'
import { type Caller, refuseFreeSteps, requireDefinition, requireTags } from '../caller.ts'
import { instantiate, namesDefinition } from '../definitions/instantiate.ts'
import type { ServiceDeps } from '../deps.ts'

/** What makes jobs beside those who post them: a schedule, at the moment that is due; a step of another job; a re-run. */
export type MadeBy =
  | {
      readonly schedule: string
      readonly scheduledFor: number | null
      /** It is `scheduled` until the jobs of the schedule before it are over. */
      readonly heldBack?: boolean
    }
  | { readonly parent: ParentRef; readonly schedule?: undefined }
  | { readonly rerunOf: string; readonly changes: RerunChanges; readonly schedule?: undefined }

/** A job, checked, and its text as it is to be stored. */
export type PreparedJob = {
  readonly job: ParsedJob
  readonly text: string
  /** Those of the secrets it names that are there; null: it names none. */
  readonly secrets: KnownSecrets | null
  /** The due moment of the firing that makes it; null: none does. */
  readonly firing: Firing | null
}

type CheckedText = Pick<PreparedJob, 'job' | 'text'>

/** When a job of a schedule was due, and whether it is held back until those before it are over. */
export type Firing = { readonly moment: number; readonly heldBack: boolean }

/**
 * Checks a job that is to be accepted, whoever brings it: with steps of its own, or by the name of its definition. Throws
 * `invalid-definition` with pointers, and `forbidden` for what its caller may not run.
 *
 * @param text as it was posted; null: it was not, and is written here
 */
export async function prepareJob(
  deps: Pick<ServiceDeps, 'database' | 'rules' | 'shelf'>,
  caller: Caller,
  posted: unknown,
  text: string | null,
  madeBy: MadeBy | null = null,
): Promise<PreparedJob> {
  const prepared = await checkJob(deps, caller, posted, text, madeBy)
  const secrets = await knownSecrets(deps, caller.tenant, prepared.job.definition)
  return { ...prepared, secrets, firing: firingOf(madeBy) }
}

function firingOf(madeBy: MadeBy | null): Firing | null {
  if (madeBy === null || madeBy.schedule === undefined || madeBy.scheduledFor === null) return null
  return { moment: madeBy.scheduledFor, heldBack: madeBy.heldBack ?? false }
}

/** Those of the secrets that a definition names that are there; null: it names none, as hardly one does. */
export async function knownSecrets(
  { shelf }: Pick<ServiceDeps, 'shelf'>,
  tenant: string,
  definition: Definition,
): Promise<KnownSecrets | null> {
  const names = secretsNamed(definition)
  return names.size === 0 ? null : await shelf.known(tenant, names)
}

async function checkJob(
  deps: Pick<ServiceDeps, 'database' | 'rules'>,
  caller: Caller,
  posted: unknown,
  text: string | null,
  madeBy: MadeBy | null,
): Promise<CheckedText> {
  if (namesDefinition(posted)) return prepareNamed(deps, caller, posted, madeBy)
  refuseFreeSteps(caller)
  const written = change(posted as JsonObject, madeBy)
  const job = parseJob(written, deps.rules)
  requireTags(caller, job.definition.tags)
  if (madeBy === null) return { job, text: text ?? JSON.stringify(posted) }
  return withMaker(job, written, { definition: null, ...makerOf(madeBy) })
}

async function prepareNamed(
  { database, rules }: Pick<ServiceDeps, 'database' | 'rules'>,
  caller: Caller,
  posted: JsonObject,
  madeBy: MadeBy | null,
): Promise<CheckedText> {
  const { job: instance, of } = await instantiate(database, caller.tenant, posted)
  requireDefinition(caller, of.name)
  const written = change(instance, madeBy)
  if (written['steps'] !== instance['steps']) refuseFreeSteps(caller)
  const job = parseJob(written, rules)
  requireTags(caller, job.definition.tags)
  const definition = { ...of, posted: withoutSecrets(posted) }
  return withMaker(job, written, { definition, ...makerOf(madeBy) })
}

/** A job that is run again may have other parameters and variables than its definition says. */
function change(written: JsonObject, madeBy: MadeBy | null): JsonObject {
  if (madeBy === null || !('rerunOf' in madeBy)) return written
  const { steps, variables } = madeBy.changes
  const { job, errors } = changeSteps(written, steps)
  if (errors.length > 0) throw invalidRerun(errors)
  if (Object.keys(variables).length === 0) return job
  const before = isObject(job['variables']) ? (job['variables'] as JsonObject) : {}
  return { ...job, variables: { ...before, ...variables } }
}

function makerOf(madeBy: MadeBy | null): Omit<JobOrigin, 'definition'> {
  if (madeBy === null) return { schedule: null }
  if ('parent' in madeBy) return { schedule: null, parent: madeBy.parent }
  if ('rerunOf' in madeBy) return { schedule: null, rerun: { of: madeBy.rerunOf, changes: madeBy.changes } }
  return { schedule: madeBy.schedule }
}

function withMaker(job: ParsedJob, written: JsonObject, origin: JobOrigin): CheckedText {
  const { definition, schedule, parent = null, rerun } = origin
  const of = definition === null ? null : { name: definition.name, version: definition.version }
  const made = { ...job.definition, of, schedule, parent, rerunOf: rerun?.of ?? null }
  return { job: { ...job, definition: made }, text: withOrigin(written, origin) }
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
