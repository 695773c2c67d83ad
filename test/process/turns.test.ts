import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { Turns } from '../../src/process/turns.ts'

/** Computes until the slice is used up. */
function useUp(turns: Turns): void {
  while (turns.hasTime());
}

describe('one event loop, shared', () => {
  test('the slice is one for all that ask for it, and there is another once everything else had its turn', async () => {
    const turns = new Turns()
    expect(turns.hasTime()).toBe(true)
    useUp(turns)
    expect(turns.hasTime()).toBe(false)
    await setImmediate()
    expect(turns.hasTime()).toBe(true)
  })

  test('the slice lasts the 5 ms that SECURITY.md names', () => {
    const clock = vi.spyOn(performance, 'now')
    try {
      const turns = new Turns()
      const hasTimeAt = (now: number): boolean => clock.mockReturnValue(now) && turns.hasTime()
      expect([1000, 1004.9, 1005].map(hasTimeAt)).toEqual([true, true, false])
    } finally {
      clock.mockRestore()
    }
  })

  test('who finds it used up waits, and others have their turn before each of those who wait', async () => {
    const turns = new Turns()
    useUp(turns)
    const order: string[] = []
    const waiting = ['a', 'b', 'c'].map(async (name) => {
      await turns.next('tenant')
      order.push(name)
      useUp(turns)
    })
    for (let i = 0; i < 3; i++) {
      await setImmediate()
      order.push('others')
    }
    await Promise.all(waiting)
    expect(order).toEqual(['a', 'others', 'b', 'others', 'c', 'others'])
  })

  test('those with little to do share a slice', async () => {
    const turns = new Turns()
    useUp(turns)
    let done = 0
    const waiting = Array.from({ length: 20 }, async () => {
      await turns.next('tenant')
      done++
    })
    await setImmediate()
    await setImmediate()
    expect(done).toBe(20)
    await Promise.all(waiting)
  })

  test('a tenant with one that waits comes second, however many wait of another', async () => {
    const turns = new Turns()
    useUp(turns)
    const order: string[] = []
    const wait = async (tenant: string): Promise<void> => {
      await turns.next(tenant)
      order.push(tenant)
      useUp(turns)
    }
    const all = [...Array.from({ length: 10 }, () => wait('many')), wait('one')]
    await Promise.all(all)
    expect(order.slice(0, 3)).toEqual(['many', 'one', 'many'])
  })
})
