import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { listsBlocks } from '../../src/blocks/lists.ts'
import { sorted } from '../../src/blocks/sorting.ts'
import { textBlocks } from '../../src/blocks/text.ts'
import { inTurns, type LongWork, piecesOf, type Worker } from '../../src/blocks/turns.ts'
import type { JsonObject } from '../../src/engine/values/json.ts'
import { contextWith } from './callBlock.ts'
import { longestHold } from './longestHold.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const { job } = contextWith()

const unasked: Worker = {
  job,
  get signal(): AbortSignal {
    throw new Error('not to be asked for')
  },
}

describe('long work', () => {
  test('that is short is done at once, and asks for no signal', () => {
    expect(
      inTurns(
        sorted([2, 1], (a, b) => a - b),
        unasked,
      ),
    ).toEqual([1, 2])
  })

  test('that takes longer gives others their turn, and stops when it is told to', async () => {
    let steps = 0
    function* endless(): LongWork<never> {
      for (;;) {
        steps++
        yield
      }
    }
    const cancel = new AbortController()
    const work = inTurns(endless(), { job, signal: cancel.signal })
    setImmediate(() => cancel.abort(new Error('enough')))
    await expect(work).rejects.toThrow('enough')
    expect(steps).toBeGreaterThan(1)
  })

  test('rejects with what it throws', async () => {
    function* failing(): LongWork<never> {
      const ends = performance.now() + 20
      while (performance.now() < ends) yield
      throw new RangeError('no')
    }
    await expect(inTurns(failing(), contextWith())).rejects.toThrow(RangeError)
  })
})

test('sorting in turns is sorting', async () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat()))
  await fc.assert(
    fc.asyncProperty(pairs, async (list) => {
      const compare = (a: [number, number], b: [number, number]): number => a[0] - b[0]
      expect(await inTurns(sorted(list, compare), contextWith())).toEqual(list.toSorted(compare))
    }),
  )
})

test('a text in pieces is the text, and no character is parted', () => {
  const text = `x${'😀'.repeat(20_000)}`
  const pieces = [...piecesOf(text)]
  expect(pieces.join('')).toBe(text)
  expect(pieces.every((piece) => piece.isWellFormed())).toBe(true)
})

const numbered = (count: number, item: (i: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, i) => item(i))

test.each<[action: string, parameters: () => object]>([
  ['LISTS.SORT', () => ({ list: numbered(400_000, (i) => [[(i * 7919) % 1000]]) })],
  ['LISTS.SORT', () => ({ list: numbered(250_000, (i) => [{}, (i * 7919) % 1000]) })],
  ['LISTS.INCLUDES_ALL', () => ({ list: numbered(200_000, (i) => [[i]]), items: numbered(200_000, (i) => [[i]]) })],
  ['LISTS.INCLUDES_ANY', () => ({ list: numbered(300_000, String), items: numbered(300_000, (i) => `no${i}`) })],
  ['LISTS.COUNT_ITEM', () => ({ list: numbered(400_000, (i) => ({ i })), item: { i: 1 } })],
  ['TEXT.TITLECASE', () => ({ text: 'ab '.repeat(700_000) })],
])('%s of some megabytes holds nobody up', { timeout: PATIENCE_MS }, async (action, parameters) => {
  const block = [...listsBlocks, ...textBlocks].find((known) => known.action === action)
  if (block === undefined) throw new Error(`there is no block named ${action}`)
  const given = parameters() as JsonObject
  expect(await longestHold(() => block.run(given, contextWith()))).toBeLessThan(1000)
})
