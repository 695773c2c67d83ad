import { describe, expect, test, vi } from 'vitest'
import { NameBook } from '../../../src/outbound/names/nameBook.ts'
import type { Resolve } from '../../../src/outbound/names/resolve.ts'

const ADDRESS = { address: '192.0.2.1', family: 4 }
const wanted = (): boolean => true

/** A resolver that answers a name when it is told to, asked before or after. */
function held() {
  const asked: string[] = []
  const answers = new Map<string, PromiseWithResolvers<(typeof ADDRESS)[]>>()
  const answerOf = (name: string) => {
    const answer = answers.get(name) ?? Promise.withResolvers()
    answers.set(name, answer)
    return answer
  }
  const resolve: Resolve = (name) => {
    asked.push(name)
    return answerOf(name).promise
  }
  return { asked, resolve, answer: (name: string) => answerOf(name).resolve([ADDRESS]) }
}

describe('a look-up', () => {
  test('is made once for all who ask at the same time, and known for a moment', async () => {
    const { asked, resolve, answer } = held()
    const names = new NameBook({ resolve, timeoutMs: 1000 })
    const both = Promise.all([names.addresses('a.test'), names.addresses('a.test')])
    answer('a.test')
    expect(await both).toEqual([[ADDRESS], [ADDRESS]])
    expect(await names.addresses('a.test')).toEqual([ADDRESS])
    expect(asked).toEqual(['a.test'])
  })

  test('that failed is not made again at once', async () => {
    const resolve = vi.fn<Resolve>(() => Promise.reject(Object.assign(new Error('no'), { code: 'ESERVFAIL' })))
    const names = new NameBook({ resolve, timeoutMs: 1000 })
    for (let i = 0; i < 3; i++) {
      await expect(names.addresses('a.test')).rejects.toMatchObject({ code: 'NAME_NOT_RESOLVED' })
    }
    expect(resolve).toHaveBeenCalledOnce()
  })

  test('that nobody answers is given up, whoever resolves', async () => {
    const names = new NameBook({ resolve: held().resolve, timeoutMs: 5 })
    await expect(names.addresses('a.test')).rejects.toThrow('in time')
  })

  test('is not made for whoever is gone when the permit is there', async () => {
    const { asked, resolve } = held()
    await new NameBook({ resolve, timeoutMs: 1000 }).prepare('a.test', 't', () => false)
    expect(asked).toEqual([])
  })
})

test('a tenant has sixteen look-ups at once, and others don’t wait for them', async () => {
  const { asked, resolve, answer } = held()
  const names = new NameBook({ resolve, timeoutMs: 10_000 })
  const dead = Array.from({ length: 40 }, (_, i) => `${i}.dead.test`)
  const hostile = dead.map((name) => names.prepare(name, 'hostile', wanted))
  const good = names.prepare('good.test', 'other', wanted)
  answer('good.test')
  await good
  expect(asked).toEqual([...dead.slice(0, 16), 'good.test'])
  for (let i = 0; i < dead.length; i++) {
    answer(dead[i] as string)
    await hostile[i]
  }
  expect(asked).toHaveLength(41)
})
