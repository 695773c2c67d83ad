import { removeDefinition } from '../../store/definitions/read.ts'
import { ProblemError } from '../../wire/problem.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findNamed } from './find.ts'

/** A definition to be taken away. `expected`: the versions of which one must be the latest; null: in any case. */
export type RemoveDefinitionRequest = { readonly name: string; readonly expected: readonly number[] | null }

/**
 * Takes a definition away: no new jobs of it. Its jobs and versions stay. Throws `not-found`, and `precondition-failed` where
 * another version is the latest.
 */
export async function removeNamedDefinition(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { name, expected }: RemoveDefinitionRequest,
): Promise<void> {
  requireScope(caller, 'definitions:write')
  const { version } = await findNamed(database, caller.tenant, name, null)
  const isMeant = expected === null || expected.includes(version)
  const guard = expected === null ? null : version
  if (isMeant && (await removeDefinition(database, caller.tenant, name, guard, actorOf(caller)))) return
  if (expected === null) return
  throw new ProblemError('precondition-failed', `the latest version is ${version}`)
}
