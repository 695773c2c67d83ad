import { expect, test } from 'vitest'
import { blockCalls, countCall, holderOfLoop } from '../../src/process/blockCalls.ts'

test('who holds the event loop is what is on record: a call on the stack, one that promised a value, or nobody', async () => {
  const holder = (): string => holderOfLoop(blockCalls)
  const idle = holder()
  expect(idle).toMatch(/^the service itself/)
  expect(countCall(holder)).toBe('a block')
  const { promise, resolve } = Promise.withResolvers<null>()
  const given = countCall(() => promise)
  expect(holder()).toMatch(/^one of 1 blocks/)
  resolve(null)
  await given
  expect(holder()).toBe(idle)
  expect(() => countCall(() => JSON.parse('{'))).toThrow(SyntaxError)
  await expect(countCall(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError)
  expect(holder()).toBe(idle)
})
