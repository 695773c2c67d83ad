import { expect, test } from 'vitest'
import { Batcher } from '../../src/store/batcher.ts'

/** Groups as they were written of items of so many bytes, all of which came at once. */
async function groupsOf(items: readonly number[], maxItems = 100): Promise<number[][]> {
  const groups: number[][] = []
  const batcher = new Batcher<number, null>({
    flush: async (group) => {
      groups.push([...group])
      return group.map(() => null)
    },
    maxItems,
    maxBytes: 100,
    bytesOf: (bytes) => bytes,
    isDataError: () => false,
  })
  await Promise.all(items.map((item) => batcher.submit(item)))
  return groups
}

test('what came at once goes out together, as far as it fits', async () => {
  expect(await groupsOf([1, 2, 3])).toEqual([[1, 2, 3]])
  expect(await groupsOf([1, 2, 3], 2)).toEqual([[1, 2], [3]])
  expect(await groupsOf([40, 40, 40, 1])).toEqual([
    [40, 40],
    [40, 1],
  ])
})

test('small items don’t wait behind large ones, and each large one is first in its turn', async () => {
  expect(await groupsOf([90, 91, 500, 1, 2, 92, 3])).toEqual([[90, 1, 2, 3], [91], [500], [92]])
  expect(await groupsOf([1, 500, 2])).toEqual([[1, 2], [500]])
})
