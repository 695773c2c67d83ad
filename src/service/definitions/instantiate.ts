import type { Version } from '../../definitions/version.ts'
import type { ClientSchema } from '../../engine/schemas/clientSchema.ts'
import { isObject, type Json, type JsonObject } from '../../engine/values/json.ts'
import { pointerPart } from '../../engine/values/pointer.ts'
import { ownPart } from '../../wire/byName.ts'
import { JobByName } from '../../wire/definition.ts'
import { type FieldError, ProblemError } from '../../wire/problem.ts'
import type { ServiceDeps } from '../deps.ts'
import { isDefinitionName } from './find.ts'

/** What a job that names its definition may say itself. */
const OWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(JobByName.properties))

/** A job by name: its own part, as if it were posted, and the version that says the rest. */
export type Instance = {
  readonly own: JsonObject
  readonly localValues: Json
  /** Where these are secret: JSON pointers below `local_values`. */
  readonly secretPointers: readonly string[]
  readonly version: Version
}

/** Whether a posted job names its definition instead of bringing steps. */
export function namesDefinition(posted: unknown): posted is JsonObject {
  return isObject(posted) && Object.hasOwn(posted, 'definition')
}

/**
 * Parts a job that names its definition: the version, and the job's own fields, its local values held against `inputs` with
 * their defaults filled in. Throws `invalid-definition` with pointers.
 */
export async function instantiate(
  deps: Pick<ServiceDeps, 'versions'>,
  tenant: string,
  posted: JsonObject,
): Promise<Instance> {
  const foreign = Object.keys(posted).filter((key) => !OWN_FIELDS.has(key))
  if (foreign.length > 0)
    throw invalid(foreign.map((key) => at(pointerPart(key), 'stands in the definition, not beside its name')))
  const { name, version: wanted } = readRef(posted)
  const version = await findVersion(deps, tenant, name, wanted)
  const { localValues, secretPointers } = checkInputs(posted['local_values'] ?? {}, version.inputs)
  return { own: ownPart(posted, localValues, version), localValues, secretPointers, version }
}

/** A job by name, written out: what it would have posted without the name. */
export function writtenOut({ own, version }: Instance): JsonObject {
  const { job } = version.named
  return { ...job, ...own, steps: job['steps'] ?? null }
}

function readRef({ definition, version }: JsonObject): { name: string; version: number | null } {
  if (typeof definition !== 'string') throw invalid([at('/definition', 'must be the name of a definition')])
  if (version === undefined || version === null) return { name: definition, version: null }
  if (typeof version === 'number' && Number.isInteger(version) && version > 0 && version < 2 ** 31) {
    return { name: definition, version }
  }
  throw invalid([at('/version', 'must be the number of a version')])
}

/** No new job is made of a definition that was deleted, whichever version it names. */
async function findVersion(
  { versions }: Pick<ServiceDeps, 'versions'>,
  tenant: string,
  name: string,
  version: number | null,
): Promise<Version> {
  const latest = isDefinitionName(name) ? await versions.latest(tenant, name) : null
  if (latest === null) throw invalid([at('/definition', `there is no definition ${name.slice(0, 100)}`)])
  const found = await versions.find(tenant, name, version ?? latest)
  if (found !== null) return found
  throw invalid([at('/version', `${name} has no version ${version}; the latest is ${latest}`)])
}

/**
 * The local values of a job, held against `inputs` with their defaults filled in, and where they are secret. Throws
 * `invalid-definition`, without the values.
 */
function checkInputs(given: Json, inputs: ClientSchema | null): Pick<Instance, 'localValues' | 'secretPointers'> {
  if (inputs === null || !isObject(given)) return { localValues: given, secretPointers: [] }
  const localValues = inputs.withDefaults(given)
  const problems = inputs.problems(localValues)
  if (problems.length === 0) return { localValues, secretPointers: inputs.secretPointers(localValues) }
  throw invalid(problems.map(({ pointer, detail }) => at(`/local_values${pointer}`, detail)))
}

function at(pointer: string, detail: string): FieldError {
  return { pointer, detail }
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  return new ProblemError('invalid-definition', `${first?.pointer} ${first?.detail}`, { errors })
}
