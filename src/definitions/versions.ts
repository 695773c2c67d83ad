import { LRUCache } from 'lru-cache'
import type { Definition } from '../engine/definition.ts'
import { Batcher } from '../store/batcher.ts'
import type { Database } from '../store/client.ts'
import { type DefinitionName, findDefinition, latestVersions } from '../store/definitions/read.ts'
import { readByName, withVersion } from '../wire/byName.ts'
import { originOf } from '../wire/origin.ts'
import { readStored } from '../wire/readDefinition.ts'
import { Version } from './version.ts'
import { parseObject } from '../engine/values/parseJson.ts'
import { readingStored } from '../engine/values/unreadable.ts'

/** Of the texts of the versions that are kept, in characters of JSON. */
const MAX_SIZE = 16 * 1024 * 1024

/** So many who ask for the latest version are answered by one query. */
const MAX_ASKED = 256

/** A job that is stored, as far as its definition can be read from it. */
export type StoredText = { readonly tenant: string; readonly definition: string }

/** The definition of a stored job, and its version where its steps stand apart. */
export type ReadText = { readonly definition: Definition; readonly version: Version | null }

type VersionName = DefinitionName & { readonly version: number }

/**
 * The versions of definitions as far as jobs of them are about: looked up once each, since a version never changes, and
 * kept within a bound. Which one is the latest is asked each time; all who ask in one moment are answered together.
 */
export class Versions {
  readonly #kept: LRUCache<string, Version, VersionName>
  readonly #latest: Batcher<DefinitionName, number | null>

  constructor(database: Database) {
    this.#kept = new LRUCache<string, Version, VersionName>({
      maxSize: MAX_SIZE,
      fetchMethod: async (key, _stale, { context: { tenant, name, version }, options }) => {
        const stored = await findDefinition(database, tenant, name, version)
        if (stored === null) return undefined
        options.size = key.length + stored.content.length
        return new Version(stored)
      },
    })
    this.#latest = new Batcher({
      flush: (names) => latestVersions(database, names),
      maxItems: MAX_ASKED,
      maxBytes: Number.POSITIVE_INFINITY,
      bytesOf: () => 0,
      isDataError: () => false,
    })
  }

  /** The number of the latest version; null: there is no such definition, or no longer. */
  latest(tenant: string, name: string): Promise<number | null> {
    return this.#latest.submit({ tenant, name })
  }

  /** A version, also of a definition that was deleted; null: there is none. */
  async find(tenant: string, name: string, version: number): Promise<Version | null> {
    const key = `${tenant}\n${name}\n${version}`
    const known = this.#kept.get(key)
    return known ?? (await this.#kept.fetch(key, { context: { tenant, name, version } })) ?? null
  }

  /** The definition of a stored job. Throws `StoredUnreadable` where it was damaged. */
  async read({ tenant, definition: text }: StoredText): Promise<ReadText> {
    const { stored, origin } = readingStored(() => {
      const stored = parseObject(text)
      return { stored, origin: originOf(stored) }
    })
    const { definition: of } = origin
    if (of?.apart !== true) return { definition: readingStored(() => readStored(stored)), version: null }
    const { name, version: number } = of
    const version = await this.find(tenant, name, number)
    return readingStored(() => {
      if (version === null) throw new Error(`version ${number} of the definition ${name} is not there`)
      const own = readByName(stored, { ...origin, definition: of }, version)
      return { definition: withVersion(own, version.definition), version }
    })
  }

  close(): Promise<void> {
    return this.#latest.close()
  }
}
