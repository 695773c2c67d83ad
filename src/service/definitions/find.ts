import type { JsonObject } from '../../engine/values/json.ts'
import type { Database } from '../../store/client.ts'
import { findDefinition, type StoredDefinition, type StoredVersion } from '../../store/definitions/read.ts'
import { timestamp } from '../../wire/jobView.ts'
import { type DefinitionVersion, type NamedDefinition } from '../../wire/namedDefinition.ts'
import { DEFINITION_NAME } from '../../wire/patterns.ts'
import { ProblemError } from '../../wire/problem.ts'
import { parseObject } from '../../engine/values/parseJson.ts'

const NAME = new RegExp(DEFINITION_NAME)

/** Whether a text can be the name of a definition at all. */
export function isDefinitionName(name: string): boolean {
  return NAME.test(name)
}

/** Throws `malformed-request` for what can't be a definition's name. */
export function checkDefinitionName(name: string): void {
  if (NAME.test(name)) return
  throw new ProblemError(
    'malformed-request',
    'a definition is named by a-z, 0-9 and -, beginning with a letter, 63 at most',
  )
}

/** One version, or the latest. Throws `not-found`. */
export async function findNamed(
  database: Database,
  tenant: string,
  name: string,
  version: number | null,
): Promise<StoredDefinition> {
  const found = NAME.test(name) ? await findDefinition(database, tenant, name, version) : null
  if (found !== null) return found
  const which = version === null ? '' : ` in version ${version}`
  throw new ProblemError('not-found', `there is no definition ${name.slice(0, 100)}${which}`)
}

/** A version as it stands on the wire, content included. */
export function namedToWire(stored: StoredDefinition): NamedDefinition & JsonObject {
  const { name, version, created_at, created_by, content } = stored
  return { ...parseObject(content), name, version, created_at: timestamp(created_at), created_by }
}

/** A version without its content. */
export function versionToWire(name: string, { version, created_at, created_by }: StoredVersion): DefinitionVersion {
  return { name, version, created_at: timestamp(created_at), created_by }
}
