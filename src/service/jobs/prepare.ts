import type { Version } from '../../definitions/version.ts'
import type { Definition, ParentRef } from '../../engine/definition.ts'
import type { KnownSecrets } from '../../engine/secrets/given.ts'
import type { SecretInputs } from '../../engine/secrets/inputs.ts'
import { mayNameSecrets, secretsNamed } from '../../engine/secrets/uses.ts'
import { isObject, isParsedObject, type Json, type JsonObject } from '../../engine/values/json.ts'
import type { HiddenInputs } from '../../secrets/inputs.ts'
import { type NamedOrigin, textByName, withVersion } from '../../wire/byName.ts'
import { changeSteps } from '../../wire/changeSteps.ts'
import { type JobOrigin, withOrigin } from '../../wire/origin.ts'
import { type ParsedJob, parseJob } from '../../wire/parseDefinition.ts'
import { invalidRerun, type RerunChanges } from '../../wire/rerun.ts'
import { type Caller, refuseFreeSteps, requireDefinition, requireTags } from '../caller.ts'
import { instantiate, namesDefinition, writtenOut } from '../definitions/instantiate.ts'
import type { ServiceDeps } from '../deps.ts'
import { hideNewInputs, placesOf, withoutInputs } from './secretInputs.ts'

/** What makes jobs beside those who post them: a schedule, at the moment that is due; a step of another job; a re-run. */
export type MadeBy =
  | {
      readonly schedule: string
      readonly scheduledFor: number | null
      /** It is `scheduled` until the jobs of the schedule before it are over. */
      readonly heldBack?: boolean
    }
  /** `mask` takes the secrets of the parent out of a value; null: it has none. */
  | { readonly parent: ParentRef; readonly mask: SecretInputs['mask'] | null; readonly schedule?: undefined }
  | {
      readonly rerunOf: string
      readonly changes: RerunChanges
      /** Where the local values of the job before were secret. */
      readonly secretPointers: readonly string[]
      readonly schedule?: undefined
    }

/** A job, checked, and its text as it is to be stored. */
export type PreparedJob = {
  readonly job: ParsedJob
  readonly text: string
  /** Whose job it is, where it is what that version says: such jobs are planned once. */
  readonly version: Version | null
  /** Those of the secrets it names that are there; null: it names none. */
  readonly secrets: KnownSecrets | null
  /** Its secret local values, which neither `job` nor `text` has; null: it has none. */
  readonly inputs: HiddenInputs | null
  /** The due moment of the firing that makes it; null: none does. */
  readonly firing: FiredAt | null
}

type CheckedText = Pick<PreparedJob, 'job' | 'text' | 'version' | 'inputs'>

/** When a job of a schedule was due, and whether it is held back until those before it are over. */
export type FiredAt = { readonly moment: number; readonly heldBack: boolean }

/**
 * Checks a job that is to be accepted, whoever brings it: with steps of its own, or by the name of its definition. Throws
 * `invalid-definition` with pointers, and `forbidden` for what its caller may not run. Where nothing need be looked up, as
 * for most jobs, it gives no promise.
 *
 * @param text as it was posted; null: it was not, and is written here
 */
export function prepareJob(
  deps: Pick<ServiceDeps, 'versions' | 'rules' | 'shelf'>,
  caller: Caller,
  posted: unknown,
  text: string | null,
  madeBy: MadeBy | null = null,
): PreparedJob | Promise<PreparedJob> {
  const firing = firingOf(madeBy)
  if (namesDefinition(posted)) {
    return prepareNamed(deps, caller, posted, madeBy).then((checked) => withSecrets(checked, firing, deps, caller))
  }
  return withSecrets(checkJob(deps, caller, posted, text, madeBy), firing, deps, caller)
}

/** In hardly a definition a secret is named: only those are looked for. */
function withSecrets(
  checked: CheckedText,
  firing: FiredAt | null,
  { shelf }: Pick<ServiceDeps, 'shelf'>,
  { tenant }: Caller,
): PreparedJob | Promise<PreparedJob> {
  const { job, text, version, inputs } = checked
  const names = secretsOf(checked)
  if (names.size === 0) return { job, text, version, inputs, secrets: null, firing }
  return shelf.known(tenant, names).then((secrets) => ({ job, text, version, inputs, secrets, firing }))
}

function firingOf(madeBy: MadeBy | null): FiredAt | null {
  if (madeBy === null || madeBy.schedule === undefined || madeBy.scheduledFor === null) return null
  return { moment: madeBy.scheduledFor, heldBack: madeBy.heldBack ?? false }
}

/** A version names the secrets that its jobs do. Of hardly a text more needs to be known than that it can name none. */
function secretsOf({ job, text, version }: CheckedText): ReadonlySet<string> {
  if (version !== null) return version.secrets
  return mayNameSecrets(text) ? secretsNamed(job.definition) : NONE
}

const NONE: ReadonlySet<string> = new Set()

function checkJob(
  deps: Pick<ServiceDeps, 'rules'>,
  caller: Caller,
  posted: unknown,
  text: string | null,
  madeBy: MadeBy | null,
): CheckedText {
  refuseFreeSteps(caller)
  const written = isParsedObject(posted) ? change(posted, madeBy) : null
  const job = parseJob(written ?? posted, deps.rules)
  requireTags(caller, job.definition.tags, holderOf(madeBy))
  if (madeBy === null || written === null)
    return { job, text: text ?? JSON.stringify(posted), version: null, inputs: null }
  const inputs = hideNewInputs(job.definition.localValues, secretPointersOf(job.definition.localValues, madeBy))
  return withMaker(job, written, { definition: null, ...makerOf(madeBy) }, inputs)
}

async function prepareNamed(
  deps: Pick<ServiceDeps, 'versions' | 'rules'>,
  caller: Caller,
  posted: JsonObject,
  madeBy: MadeBy | null,
): Promise<CheckedText> {
  // Before it is looked for: whose key is bound to others does not learn which there are.
  const { definition: name } = posted
  if (typeof name === 'string') requireDefinition(caller, name)
  const instance = await instantiate(deps, caller.tenant, posted)
  const { own, localValues, version } = instance
  const inputs = hideNewInputs(localValues, [...instance.secretPointers, ...secretPointersOf(localValues, madeBy)])
  const shown = withoutCallbackSecrets(inputs === null ? posted : withoutInputs(posted, inputs.values.keys()))
  const definition = { name: version.name, version: version.version, posted: shown }
  const origin: NamedOrigin = { definition, ...makerOf(madeBy), ...placesOfInputs(inputs) }
  if (isChanged(madeBy)) {
    const before = writtenOut(instance)
    const written = change(before, madeBy)
    if (written['steps'] !== before['steps']) refuseFreeSteps(caller)
    return prepareChanged(deps, caller, written, origin, inputs)
  }
  version.check(deps.rules)
  const job = parseJob(own, deps.rules)
  requireTags(caller, version.definition.tags, holderOf(madeBy))
  const made = madeFrom(withVersion(job.definition, version.definition), origin)
  if (inputs === null)
    return { job: { ...job, definition: made }, text: textByName(localValues, origin), version, inputs }
  const hidden = { ...made, localValues: inputs.shown }
  return { job: { ...job, definition: hidden }, text: textByName(inputs.shown, origin), version, inputs }
}

/** A job by name that differs from its version is written out. */
function prepareChanged(
  { rules }: Pick<ServiceDeps, 'rules'>,
  caller: Caller,
  written: JsonObject,
  origin: NamedOrigin,
  inputs: HiddenInputs | null,
): CheckedText {
  const job = parseJob(written, rules)
  requireTags(caller, job.definition.tags)
  return withMaker(job, written, origin, inputs)
}

/** Whose tags bound those of the job. */
function holderOf(madeBy: MadeBy | null): string {
  return madeBy !== null && 'parent' in madeBy ? `the parent ${madeBy.parent.jobId}` : 'the key'
}

function isChanged(madeBy: MadeBy | null): boolean {
  if (madeBy === null || !('rerunOf' in madeBy)) return false
  const { steps, variables } = madeBy.changes
  return Object.keys(steps).length > 0 || Object.keys(variables).length > 0
}

/** A job that is run again may have other parameters and variables than its definition says. */
function change(written: JsonObject, madeBy: MadeBy | null): JsonObject {
  if (madeBy === null || !('rerunOf' in madeBy)) return written
  const { steps, variables } = madeBy.changes
  const { job, errors } = changeSteps(written, steps)
  if (errors.length > 0) throw invalidRerun(errors)
  if (Object.keys(variables).length === 0) return job
  const before = isObject(job['variables']) ? job['variables'] : {}
  return { ...job, variables: { ...before, ...variables } }
}

function makerOf(madeBy: MadeBy | null): Omit<JobOrigin, 'definition'> {
  if (madeBy === null) return {}
  if ('parent' in madeBy) return { parent: madeBy.parent }
  if ('rerunOf' in madeBy) return { rerun: { of: madeBy.rerunOf, changes: madeBy.changes } }
  return { schedule: madeBy.schedule }
}

/** Where local values are secret because those of another are: of the parent, or of the job that is run again. */
function secretPointersOf(localValues: Json, madeBy: MadeBy | null): readonly string[] {
  if (madeBy === null) return []
  if ('rerunOf' in madeBy) return madeBy.secretPointers
  return 'parent' in madeBy && madeBy.mask !== null ? placesOf(localValues, madeBy.mask) : []
}

function placesOfInputs(inputs: HiddenInputs | null): Pick<JobOrigin, 'secretInputs'> {
  return inputs === null ? {} : { secretInputs: [...inputs.values.keys()] }
}

function withMaker(job: ParsedJob, written: JsonObject, origin: JobOrigin, inputs: HiddenInputs | null): CheckedText {
  const made = madeFrom(job.definition, origin)
  if (inputs === null) {
    return { job: { ...job, definition: made }, text: withOrigin(written, origin), version: null, inputs }
  }
  const text = withOrigin({ ...written, local_values: inputs.shown }, { ...origin, ...placesOfInputs(inputs) })
  return { job: { ...job, definition: { ...made, localValues: inputs.shown } }, text, version: null, inputs }
}

function madeFrom(job: Definition, { definition, schedule = null, parent = null, rerun }: JobOrigin): Definition {
  const of = definition === null ? null : { name: definition.name, version: definition.version }
  return { ...job, of, schedule, parent, rerunOf: rerun?.of ?? null }
}

/** What is given back later: callbacks without their secrets. */
export function withoutCallbackSecrets(posted: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(posted).map(([key, value]): [string, Json] => {
      if (!key.startsWith('on_') || !isObject(value)) return [key, value]
      const { secret: _secret, ...callback } = value
      return [key, callback]
    }),
  )
}
