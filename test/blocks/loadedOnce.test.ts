import { expect, test, vi } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { turns } from '../../src/process/turns.ts'
import { contextWith } from './callBlock.ts'

const registry = createRegistry(standardBlocks)

test.each([
  ['HTML.TO_TEXT', { html: '<p>Tea</p>', links: false }, 'Tea'],
  ['XML.PARSE', { text: '<a>Tea</a>', lists: [] }, { a: 'Tea' }],
  ['CSV.STRINGIFY', { rows: [['Tea']], delimiter: ',', header: true, escape_formulas: false }, 'Tea\r\n'],
])('%s loads its parser once, and from then on gives small results at once', async (action, parameters, result) => {
  const block = registry.blocks.get(action)
  await block?.run(parameters, contextWith())
  // On a busy machine the slice of 5 ms may be used up before the block is called, and then it waits for the next.
  using _ = vi.spyOn(turns, 'hasTime').mockReturnValue(true)
  expect(block?.run(parameters, contextWith())).toEqual(result)
})
