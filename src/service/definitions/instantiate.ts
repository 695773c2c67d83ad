import { ClientSchema } from '../../engine/schemas/clientSchema.ts'
import { isObject, type Json, type JsonObject } from '../../engine/values/json.ts'
import { pointerPart } from '../../engine/values/pointer.ts'
import type { Database } from '../../store/client.ts'
import { findDefinition } from '../../store/definitions/read.ts'
import { JobByName } from '../../wire/definition.ts'
import { readNamedContent } from '../../wire/namedDefinition.ts'
import { type FieldError, ProblemError } from '../../wire/problem.ts'

/** What a job that names its definition may say itself. */
const OWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(JobByName.properties))

/** Which version of which definition a job is of. */
export type DefinitionRef = { readonly name: string; readonly version: number }

/** A job by name, written out: what it posts, and what of. */
export type Instance = { readonly job: JsonObject; readonly of: DefinitionRef }

/** Whether a posted job names its definition instead of bringing steps. */
export function namesDefinition(posted: unknown): posted is JsonObject {
  return isObject(posted) && Object.hasOwn(posted, 'definition')
}

/**
 * Writes out a job that names its definition: the content of that version, with the job's own fields, its local values held
 * against `inputs` with their defaults filled in. Throws `invalid-definition` with pointers.
 */
export async function instantiate(database: Database, tenant: string, posted: JsonObject): Promise<Instance> {
  const foreign = Object.keys(posted).filter((key) => !OWN_FIELDS.has(key))
  if (foreign.length > 0)
    throw invalid(foreign.map((key) => at(pointerPart(key), 'stands in the definition, not beside its name')))
  const { name, version } = readRef(posted)
  const found = await findVersion(database, tenant, name, version)
  const { named } = readNamedContent(name, JSON.parse(found.content) as JsonObject)
  const { definition: _definition, version: _version, $schema: _schema, ...own } = posted
  const { job: content } = named
  const { title } = named.content
  const job: JsonObject = { ...content, name: title ?? name, ...own, local_values: localValues(posted, named.inputs) }
  const metadata = { ...asObject(content['metadata']), ...asObject(own['metadata']) }
  if (Object.keys(metadata).length > 0) job['metadata'] = metadata
  return { job, of: { name, version: found.version } }
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
async function findVersion(database: Database, tenant: string, name: string, version: number | null) {
  const latest = await findDefinition(database, tenant, name, null)
  if (latest === null) throw invalid([at('/definition', `there is no definition ${name.slice(0, 100)}`)])
  if (version === null || version === latest.version) return latest
  const found = await findDefinition(database, tenant, name, version)
  if (found !== null) return found
  throw invalid([at('/version', `${name} has no version ${version}; the latest is ${latest.version}`)])
}

/** The local values of a job, held against `inputs` with their defaults filled in. Throws `invalid-definition`. */
export function localValues(posted: JsonObject, inputs: JsonObject | null): Json {
  const given = posted['local_values'] ?? {}
  if (inputs === null || !isObject(given)) return given
  const schema = new ClientSchema(inputs)
  const filled = schema.withDefaults(given as JsonObject)
  const problems = schema.problems(filled)
  if (problems.length > 0) throw invalid(problems.map(({ pointer, detail }) => at(`/local_values${pointer}`, detail)))
  return filled
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? (value as JsonObject) : {}
}

function at(pointer: string, detail: string): FieldError {
  return { pointer, detail }
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  return new ProblemError('invalid-definition', `${first?.pointer} ${first?.detail}`, { errors })
}
