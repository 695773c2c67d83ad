import { removeDefinition } from '../../store/definitions/read.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findNamed } from './find.ts'

/** Takes a definition away: no new jobs of it. Its jobs and versions stay. Throws `not-found`. */
export async function removeNamedDefinition(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  name: string,
): Promise<void> {
  requireScope(caller, 'definitions:write')
  await findNamed(database, caller.tenant, name, null)
  await removeDefinition(database, caller.tenant, name, actorOf(caller))
}
