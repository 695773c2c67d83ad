import { rowOf } from '../../secrets/rows.ts'
import { findSecret, putSecret } from '../../store/secrets/secrets.ts'
import { ProblemError } from '../../wire/problem.ts'
import { parseSecret, type SecretWire } from '../../wire/secret.ts'
import { actorOf, type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { requireSeal } from '../jobs/secretInputs.ts'
import { checkSecretName, noSecret, secretToWire } from './find.ts'

/** What a tenant may have of which nothing is said. */
const MAX_SECRETS = 1000

/** A secret to be written: its name and parsed JSON. */
export type PutSecretRequest = { readonly name: string; readonly given: unknown }

/** The secret as it is now, without its value, and whether it is new. */
export type PutSecret = { readonly created: boolean; readonly secret: SecretWire }

/**
 * Writes a secret, or another value in its place: running jobs use the new one from their next attempt on. Throws
 * `invalid-secret` with pointers, `secrets-closed` without a key that seals, and `too-many-requests` at the tenant's bound.
 */
export async function putTenantSecret(
  { database, secrets }: Pick<ServiceDeps, 'database' | 'secrets'>,
  caller: Caller,
  { name, given }: PutSecretRequest,
): Promise<PutSecret> {
  requireScope(caller, 'secrets:write')
  checkSecretName(name)
  const { value, tags, hosts, description } = parseSecret(given)
  requireSeal(secrets)
  const bound = Math.min(caller.limits.secrets ?? MAX_SECRETS, MAX_SECRETS)
  const { tenant } = caller
  const created = await putSecret(database, {
    tenant,
    name,
    sealed: secrets.seal(value, rowOf.secret(tenant, name)),
    tags: [...new Set(tags)],
    hosts: [...new Set(hosts)],
    description: description ?? null,
    actor: actorOf(caller),
    bound,
  })
  if (created === null) throw tooMany(bound)
  const stored = await findSecret(database, tenant, name)
  if (stored === null) throw noSecret(name)
  return { created, secret: secretToWire(stored) }
}

function tooMany(bound: number): ProblemError {
  return new ProblemError('too-many-requests', `the tenant may have ${bound} secrets`, { retryAfter: 60 })
}
