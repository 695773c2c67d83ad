import { describe, expect, test } from 'vitest'
import { OPERATOR } from '../../src/service/caller.ts'
import type { ServiceDeps } from '../../src/service/deps.ts'
import { createService } from '../../src/service/service.ts'

/** A caller whose key holds nothing. */
const NOBODY = { ...OPERATOR, key: 'none', scopes: new Set<string>(), tags: new Set<string>() }

/** Who asks for a stream has made or read its job just before; whoever is known may ask who it is. */
const WITHOUT_SCOPE = ['jobs.admitStream', 'me.read']

/** Touched before the scope is checked, any of it ends the test. */
const untouchable = new Proxy({} as ServiceDeps, { get: () => untouchablePart })
const untouchablePart: object = new Proxy(() => undefined, {
  get: (_target, name) => {
    throw new Error(`used ${String(name)}`)
  },
  apply: () => {
    throw new Error('called')
  },
})

const { checkReadiness: _, byLink: _byLink, ...nouns } = createService(untouchable)
const verbs = Object.entries(nouns)
  .flatMap(([noun, bound]) => Object.entries(bound).map(([verb, call]) => ({ name: `${noun}.${verb}`, call })))
  .filter(({ name }) => !WITHOUT_SCOPE.includes(name))

describe('a caller that holds no scope', () => {
  test.each(verbs)('is refused $name before anything is done', async ({ call }) => {
    const asked = async (): Promise<unknown> => {
      const answer: unknown = Reflect.apply(call, null, [NOBODY, {}])
      return isIterable(answer) ? answer.next() : answer
    }
    await expect(asked()).rejects.toMatchObject({ slug: 'forbidden' })
  })
})

function isIterable(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
