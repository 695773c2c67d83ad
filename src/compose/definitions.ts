import type { ListDefinitionsRequest } from '../service/definitions/read.ts'
import type { Service } from '../service/service.ts'
import type { Page } from '../wire/cursor.ts'
import type { TestResults } from '../wire/definitionTests.ts'
import type { DefinitionVersion, NamedDefinition } from '../wire/namedDefinition.ts'
import type { Validation } from '../wire/validateDefinition.ts'
import type { AskFor, CallerFor } from './askFor.ts'
import { asJson } from './json.ts'
import { known } from './known.ts'

/** Which version; left out: the latest. */
type OfVersion = AskFor & { readonly version?: number }

/** Definitions with a name for the program that holds the service. By the same rules as over HTTP. */
export type Definitions = {
  /** Writes a version; the same content again is the same one. `ifMatch` is the version that must be the latest. */
  put(name: string, content: unknown, options?: AskFor & { readonly ifMatch?: number }): Promise<DefinitionVersion>
  get(name: string, options?: OfVersion): Promise<NamedDefinition>
  /** A page of the latest of each, in order of names. */
  list(filters?: ListDefinitionsRequest, options?: AskFor): Promise<Page<NamedDefinition>>
  /** A page of the versions, newest first, without their content. */
  versions(
    name: string,
    filters?: Omit<ListDefinitionsRequest, 'name_prefix'>,
    options?: AskFor,
  ): Promise<Page<DefinitionVersion>>
  /** No new jobs of it; its jobs and versions stay. */
  remove(name: string, options?: AskFor & { readonly ifMatch?: number }): Promise<void>
  /** Tells all that is wrong with what is to be put under a name. Nothing is stored. */
  validate(name: string, content: unknown, options?: AskFor): Promise<Validation>
  /** Runs its tests in memory. */
  test(name: string, options?: OfVersion): Promise<TestResults>
}

/** The definitions of a service, for the program that holds it. */
export function definitionsOf({ definitions }: Service, callerFor: CallerFor): Definitions {
  return {
    put: async (name, content, { ifMatch = null, ...askFor } = {}) => {
      const request = { name, content: asJson(content).value, expected: only(ifMatch) }
      return (await definitions.put(await callerFor(askFor), request)).definition
    },
    get: async (name, { version = null, ...askFor } = {}) =>
      definitions.read(await callerFor(askFor), { name, version }),
    list: async (filters = {}, askFor = {}) =>
      definitions.list(await callerFor(askFor), known(filters, { name_prefix: 1, limit: 1, cursor: 1 })),
    versions: async (name, filters = {}, askFor = {}) =>
      definitions.listVersions(await callerFor(askFor), { ...known(filters, { limit: 1, cursor: 1 }), name }),
    remove: async (name, { ifMatch = null, ...askFor } = {}) =>
      definitions.remove(await callerFor(askFor), { name, expected: only(ifMatch) }),
    validate: async (name, content, askFor = {}) =>
      definitions.validate(await callerFor(askFor), { name, content: asJson(content).value }),
    test: async (name, { version = null, ...askFor } = {}) =>
      definitions.test(await callerFor(askFor), { name, version }),
  }
}

function only(version: number | null): readonly number[] | null {
  return version === null ? null : [version]
}
