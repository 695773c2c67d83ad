import type { Definition } from '../engine/definition.ts'
import { isObject, type Json, type JsonObject } from '../engine/values/json.ts'
import type { NamedContent } from './namedDefinition.ts'
import { type JobOrigin, ORIGIN_FIELD, postedByName, withOrigin } from './origin.ts'
import { readStored } from './readDefinition.ts'

/**
 * Stands for the steps in the text of a job whose steps are those of its version: the text of a version is stored once, not
 * with each job. A replica that does not know of this has no such block, and leaves the job to others.
 */
export const STEPS_APART: { action: string }[] = [{ action: 'DEFINITION.STEPS' }]

/** What made a job by name. */
export type NamedOrigin = JobOrigin & { readonly definition: NonNullable<JobOrigin['definition']> }

/** What a job by name says itself, as if it were posted, with what its definition says of the same. */
export function ownPart(posted: JsonObject, localValues: Json, { name, named }: NamedVersion): JsonObject {
  const { definition: _definition, version: _version, $schema: _schema, ...own } = posted
  const metadata = { ...asObject(named.job['metadata']), ...asObject(own['metadata']) }
  return {
    name: named.content['title'] ?? name,
    ...own,
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    local_values: localValues,
    steps: STEPS_APART,
  }
}

/** A version of a definition: whose it is, and what it says. */
export type NamedVersion = { readonly name: string; readonly named: NamedContent }

/** The text of a job by name as it is stored. Local values stand there where defaults were filled in. */
export function textByName(localValues: Json, origin: NamedOrigin): string {
  const { name, version, posted = {} } = origin.definition
  const given = JSON.stringify(posted['local_values'] ?? {})
  const filled = given === JSON.stringify(localValues) ? {} : { local_values: localValues }
  const { definition: _name, ...own } = posted
  const definition = { name, version, ...(Object.keys(own).length === 0 ? {} : { posted: own }), apart: true as const }
  return withOrigin({ ...filled, steps: STEPS_APART }, { ...origin, definition })
}

/** A job by name that was read, where its steps stand apart. */
export function readByName(stored: JsonObject, { definition }: NamedOrigin, version: NamedVersion): Definition {
  const posted = postedByName(definition)
  const localValues = stored['local_values'] ?? posted['local_values'] ?? {}
  const own = { ...ownPart(posted, localValues, version), [ORIGIN_FIELD]: stored[ORIGIN_FIELD] ?? null }
  return readStored(own)
}

/** The definition of a job: its own part, with what its version says. */
export function withVersion(own: Definition, version: Definition): Definition {
  const { of, schedule, parent, rerunOf, name, metadata, localValues } = own
  return { ...version, of, schedule, parent, rerunOf, name, metadata, localValues }
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}
