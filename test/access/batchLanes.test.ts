import { expect, test } from 'vitest'
import { BatchLanes } from '../../src/access/batchLanes.ts'

/** Enters lanes under names, and writes down who is in. */
function entrances(lanes: BatchLanes) {
  const inside = new Map<string, Disposable>()
  return {
    names: () => [...inside.keys()],
    async enter(tenant: string, name: string): Promise<void> {
      inside.set(name, await lanes.enter(tenant))
    },
    leave(name: string): void {
      inside.get(name)?.[Symbol.dispose]()
      inside.delete(name)
    },
  }
}

const named = (batch: string, count: number) => Array.from({ length: count }, (_, i) => `${batch}${i}`)

test('one batch has all lanes of its tenant, and a second one shares them, first come first served', async () => {
  const { names, enter, leave } = entrances(new BatchLanes())
  await Promise.all(named('first', 128).map((name) => enter('acme', name)))
  const second = named('second', 2).map((name) => enter('acme', name))
  const later = enter('acme', 'first128')
  expect(names()).toHaveLength(128)
  leave('first0')
  await second[0]
  leave('first1')
  await second[1]
  expect(names()).toHaveLength(128)
  expect(names()).not.toContain('first128')
  leave('second0')
  await later
  expect(names()).toContain('first128')
})

test('the batches of one tenant take no lane from another tenant', async () => {
  const { names, enter } = entrances(new BatchLanes())
  await Promise.all(named('acme', 128).map((name) => enter('acme', name)))
  void enter('acme', 'more')
  await Promise.all(named('other', 128).map((name) => enter('other', name)))
  expect(names()).toHaveLength(256)
})
