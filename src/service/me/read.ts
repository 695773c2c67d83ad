import { serverVersion } from '../../store/ping.ts'
import { SCOPES } from '../../wire/access.ts'
import { timestamp } from '../../wire/jobView.ts'
import type { MeWire } from '../../wire/session.ts'
import type { Caller } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'

/** Who asks, what it may do, and what answers. Whoever is known may ask. */
export async function readMe(
  { database, executor }: Pick<ServiceDeps, 'database' | 'executor'>,
  { tenant, key, scopes, tags }: Caller,
): Promise<Omit<MeWire, 'version'>> {
  return {
    tenant,
    scopes: scopes === 'all' ? [...SCOPES] : [...scopes],
    tags: tags === 'all' ? [] : [...tags],
    key,
    open: scopes === 'all',
    node: process.versions.node,
    postgres: await serverVersion(database),
    time: timestamp(executor.now()),
  }
}
