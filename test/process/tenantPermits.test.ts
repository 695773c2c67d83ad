import { expect, test } from 'vitest'
import { TenantPermits } from '../../src/process/tenantPermits.ts'

/** Takes permits under names, and writes down who has one. */
function holders(permits: TenantPermits) {
  const held = new Map<string, Disposable>()
  return {
    names: () => [...held.keys()],
    async take(tenant: string, name: string): Promise<void> {
      held.set(name, await permits.take(tenant))
    },
    leave(name: string): void {
      held.get(name)?.[Symbol.dispose]()
      held.delete(name)
    },
  }
}

const named = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what}${i}`)

test('one batch has all permits of its tenant, and a second one shares them, first come first served', async () => {
  const { names, take, leave } = holders(new TenantPermits(4))
  await Promise.all(named('first', 4).map((name) => take('acme', name)))
  const second = named('second', 2).map((name) => take('acme', name))
  const later = take('acme', 'first4')
  expect(names()).toHaveLength(4)
  leave('first0')
  await second[0]
  leave('first1')
  await second[1]
  expect(names()).toHaveLength(4)
  expect(names()).not.toContain('first4')
  leave('second0')
  await later
  expect(names()).toContain('first4')
})

test('one tenant takes no permit from another', async () => {
  const { names, take } = holders(new TenantPermits(4))
  await Promise.all(named('acme', 4).map((name) => take('acme', name)))
  void take('acme', 'more')
  await Promise.all(named('other', 4).map((name) => take('other', name)))
  expect(names()).toHaveLength(8)
})

test('permits are handed on in order, also where the work fails', async () => {
  const permits = new TenantPermits(1)
  const order: string[] = []
  const work = async (name: string): Promise<void> => {
    using _permit = await permits.take('t')
    order.push(name)
    if (name === 'a') throw new Error('a failed')
  }
  const all = await Promise.allSettled(['a', 'b', 'c'].map(work))
  expect(order).toEqual(['a', 'b', 'c'])
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})
