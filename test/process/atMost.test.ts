import { LRUCache } from 'lru-cache'
import { expect, test } from 'vitest'
import { atMost } from '../../src/process/atMost.ts'

test('a cache keeps so many entries, and drops those that were not used for longest', () => {
  const cache = new LRUCache<string, number>(atMost(3))
  for (const [i, key] of ['a', 'b', 'c'].entries()) cache.set(key, i)
  cache.get('a')
  cache.set('d', 3)
  expect([...cache.keys()]).toEqual(['d', 'a', 'c'])
})

test('it holds no room for entries that it does not have', () => {
  const before = process.memoryUsage().arrayBuffers
  const caches = Array.from({ length: 10 }, () => new LRUCache<string, number>(atMost(1_000_000)))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  expect(caches).toHaveLength(10)
})
