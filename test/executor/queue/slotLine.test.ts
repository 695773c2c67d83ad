import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Slots } from '../../../src/executor/queue/slots.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

/** Waits for a slot, and writes down who got one, or got none. */
function waiters(slots: Slots) {
  const told: string[] = []
  const got = new Map<string, Disposable>()
  return {
    told,
    async wait(name: string, tenant: string): Promise<void> {
      const slot = await slots.holdSoon(tenant)
      told.push(slot === null ? `${name}: none` : `${name}: slot`)
      if (slot !== null) got.set(name, slot)
    },
    leave: (name: string) => got.get(name)?.[Symbol.dispose](),
  }
}

test('who waits for a slot has it as soon as it is free, in the order in which they came', async () => {
  const slots = new Slots(2, () => false)
  const { told, wait, leave } = waiters(slots)
  const all = ['a', 'b', 'c', 'd'].map((name) => wait(name, 'one'))
  await Promise.all(all.slice(0, 2))
  expect(told).toEqual(['a: slot', 'b: slot'])
  leave('b')
  await all[2]
  leave('a')
  await all[3]
  expect(told).toEqual(['a: slot', 'b: slot', 'c: slot', 'd: slot'])
  expect(slots.free).toBe(0)
})

test('when the first has waited long enough all are told that there is none: nobody overtakes it', async () => {
  const slots = new Slots(1, () => false)
  const taken = slots.hold('one')
  const { told, wait } = waiters(slots)
  const first = wait('first', 'one')
  vi.advanceTimersByTime(49)
  const second = wait('second', 'two')
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  await Promise.all([first, second])
  expect(told).toEqual(['first: none', 'second: none'])
  taken[Symbol.dispose]()
  expect(slots.free).toBe(1)
})

test('who has waited half the time behind one that got its slot waits the other half', async () => {
  const slots = new Slots(1, () => false)
  const { told, wait, leave } = waiters(slots)
  await wait('running', 'one')
  const first = wait('first', 'one')
  vi.advanceTimersByTime(25)
  const second = wait('second', 'one')
  leave('running')
  await first
  vi.advanceTimersByTime(49)
  expect(told).toEqual(['running: slot', 'first: slot'])
  vi.advanceTimersByTime(1)
  await second
  expect(told).toEqual(['running: slot', 'first: slot', 'second: none'])
})

test('one that waits for more than its share keeps no slot from another tenant', async () => {
  const slots = new Slots(8, () => true)
  const { told, wait, leave } = waiters(slots)
  for (let i = 0; i < 7; i++) slots.hold('greedy')
  const more = wait('an eighth', 'greedy')
  await wait('other', 'modest')
  leave('other')
  await wait('another', 'modest')
  expect(told).toEqual(['other: slot', 'another: slot'])
  vi.advanceTimersByTime(50)
  await more
  expect(told.at(-1)).toBe('an eighth: none')
})
