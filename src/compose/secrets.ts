import type { Service } from '../service/service.ts'
import type { Page } from '../wire/cursor.ts'
import type { SecretWire } from '../wire/secret.ts'
import type { AskFor, CallerFor } from './askFor.ts'
import { asJson } from './json.ts'
import { known } from './known.ts'

/** Secrets for the program that holds the service. Their values are never given back. */
export type Secrets = {
  put(
    name: string,
    secret: {
      readonly value: string
      readonly tags?: readonly string[]
      readonly hosts?: readonly string[]
      readonly description?: string
    },
    options?: AskFor,
  ): Promise<SecretWire>
  get(name: string, options?: AskFor): Promise<SecretWire>
  /** A page of secrets, in order of names. */
  list(filters?: { readonly limit?: number; readonly cursor?: string }, options?: AskFor): Promise<Page<SecretWire>>
  remove(name: string, options?: AskFor): Promise<void>
}

/** The secrets of a service, for the program that holds it. */
export function secretsOf({ secrets }: Service, callerFor: CallerFor): Secrets {
  return {
    put: async (name, secret, askFor = {}) =>
      (await secrets.put(await callerFor(askFor), { name, given: asJson(secret).value })).secret,
    get: async (name, askFor = {}) => secrets.read(await callerFor(askFor), name),
    list: async (filters = {}, askFor = {}) =>
      secrets.list(await callerFor(askFor), known(filters, { limit: 1, cursor: 1 })),
    remove: async (name, askFor = {}) => secrets.remove(await callerFor(askFor), name),
  }
}
