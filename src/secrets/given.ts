import { goesTo } from '../outbound/hostPatterns.ts'
import { type GivenSecrets, SecretHost, SecretMissing } from '../engine/secrets/given.ts'
import type { SealedSecret } from '../store/secrets/given.ts'
import { type SecretBox, SecretUnreadable } from './box.ts'
import { Masker } from './masking.ts'
import { rowOf } from './rows.ts'

/** A secret that a step may use, opened; or why it may not. */
export type OpenedSecret = { readonly text: string; readonly hosts: readonly string[] } | { readonly why: string }

/** Opens a secret for a step of a job with these tags. */
export function openSecret(
  secret: SealedSecret | undefined,
  name: string,
  tenant: string,
  tags: readonly string[],
  box: SecretBox,
): OpenedSecret {
  if (secret === undefined) return { why: `the secret ${name} is not there any more` }
  const missing = secret.tags.find((tag) => !tags.includes(tag))
  if (missing !== undefined) return { why: `the secret ${name} needs the tag ${missing} now, which the job lacks` }
  try {
    return { text: box.open(secret.sealed, rowOf.secret(tenant, name)), hosts: secret.hosts }
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error
    return { why: `the secret ${name} can't be opened: ${error.message}` }
  }
}

/** What one call of a block is given. */
export function givenSecrets(opened: ReadonlyMap<string, OpenedSecret>): GivenSecrets {
  const masker = new Masker([...opened.values()].flatMap((secret) => ('text' in secret ? [secret.text] : [])))
  return {
    text: (name) => {
      const secret = opened.get(name)
      if (secret !== undefined && 'text' in secret) return secret.text
      throw new SecretMissing(secret?.why ?? `the secret ${name} was not given`)
    },
    mask: (value) => masker.value(value),
    maskText: (text) => masker.text(text),
    admit: (url) => {
      for (const [name, secret] of opened) {
        if (!('hosts' in secret) || secret.hosts.length === 0 || goesTo(url, secret.hosts)) continue
        throw new SecretHost(
          `the secret ${name} goes to ${secret.hosts.join(', ')} only, not to ${masker.text(url.host)}`,
        )
      }
    },
  }
}
