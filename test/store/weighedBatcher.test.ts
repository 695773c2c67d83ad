import { expect, test } from 'vitest'
import { WeighedBatcher } from '../../src/store/weighedBatcher.ts'

const LARGE = 1_000_000

test('what is small is written while a large item is on its way, and one large item waits for another', async () => {
  const written: number[][] = []
  const held = Promise.withResolvers<void>()
  const batcher = new WeighedBatcher<number, null>({
    flush: async (group) => {
      written.push([...group])
      if (group.includes(LARGE)) await held.promise
      return group.map(() => null)
    },
    maxItems: 100,
    maxBytes: LARGE,
    bytesOf: (bytes) => bytes,
    isDataError: () => false,
  })
  const large = [batcher.submit(LARGE), batcher.submit(LARGE)]
  await batcher.submit(1)
  await Promise.all([batcher.submit(2), batcher.submit(3)])
  expect(written).toEqual(expect.arrayContaining([[LARGE], [1], [2, 3]]))
  expect(written).toHaveLength(3)
  held.resolve()
  await Promise.all(large)
  await batcher.close()
  expect(written.filter(([first]) => first === LARGE)).toEqual([[LARGE], [LARGE]])
})
