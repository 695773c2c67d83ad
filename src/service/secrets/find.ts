import type { StoredSecret } from '../../store/secrets/secrets.ts'
import { timestamp } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { SECRET_NAME_PATTERN } from '../../wire/patterns.ts'
import type { SecretWire } from '../../wire/secret.ts'

const NAME = new RegExp(SECRET_NAME_PATTERN)

/** Throws `malformed-request` for what can't be a secret's name. */
export function checkSecretName(name: string): void {
  if (NAME.test(name)) return
  throw new ProblemError(
    'malformed-request',
    'a secret is named by 2 to 63 letters, digits and _, beginning with a letter and not ending with _',
  )
}

/** The problem of a secret that the caller has not. */
export function noSecret(name: string): ProblemError {
  return new ProblemError('not-found', `there is no secret ${name.slice(0, 100)}`)
}

/** A secret as it stands on the wire, without its value. */
export function secretToWire({ name, tags, hosts, description, updatedAt, lastUsedAt }: StoredSecret): SecretWire {
  return {
    name,
    tags,
    hosts: hosts.length > 0 ? hosts : null,
    description,
    updated_at: timestamp(updatedAt.getTime()),
    last_used_at: lastUsedAt === null ? null : timestamp(lastUsedAt.getTime()),
  }
}
