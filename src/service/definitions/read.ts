import { listDefinitions, listVersions } from '../../store/definitions/read.ts'
import { isNameCursor, type Page, pageOfRows, readCursor } from '../../wire/cursor.ts'
import type { DefinitionVersion, NamedDefinition } from '../../wire/namedDefinition.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findNamed, namedToWire, versionToWire } from './find.ts'

/** A definition: a version of it, or the latest (null). Throws `not-found`. */
export async function readNamedDefinition(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { name, version = null }: { readonly name: string; readonly version?: number | null },
): Promise<NamedDefinition> {
  requireScope(caller, 'definitions:read')
  return namedToWire(await findNamed(database, caller.tenant, name, version))
}

/** Which definitions are wanted, and which page of them: 1 to 200, default 50. */
export type ListDefinitionsRequest = {
  readonly name_prefix?: string | undefined
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** The latest version of each definition, in order of names. */
export async function listNamedDefinitions(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { name_prefix: prefix = '', limit = 50, cursor }: ListDefinitionsRequest,
): Promise<Page<NamedDefinition>> {
  requireScope(caller, 'definitions:read')
  const [after] = cursor === undefined ? [''] : readCursor(cursor, isNameCursor)
  const rows = await listDefinitions(database, caller.tenant, { after, prefix, limit: limit + 1 })
  return pageOfRows(rows, limit, namedToWire, ({ name }) => [name])
}

/** The versions of a definition, newest first, also of one that was deleted. Throws `not-found` where there never was one. */
export async function listDefinitionVersions(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { name, limit = 50, cursor }: ListDefinitionsRequest & { readonly name: string },
): Promise<Page<DefinitionVersion>> {
  requireScope(caller, 'definitions:read')
  const [before] = cursor === undefined ? [2147483647] : readCursor(cursor, isVersionCursor)
  const rows = await listVersions(database, caller.tenant, name, { before, limit: limit + 1 })
  if (rows.length === 0 && cursor === undefined)
    throw new ProblemError('not-found', `there is no definition ${name.slice(0, 100)}`)
  return pageOfRows(
    rows,
    limit,
    (row) => versionToWire(name, row),
    ({ version }) => [version],
  )
}

function isVersionCursor(value: unknown): value is [number] {
  return Array.isArray(value) && value.length === 1 && Number.isInteger(value[0]) && value[0] > 0 && value[0] < 2 ** 31
}
