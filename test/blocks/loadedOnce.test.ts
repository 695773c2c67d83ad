import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { contextWith } from './callBlock.ts'

const registry = createRegistry(standardBlocks)

test.each([
  ['HTML.TO_TEXT', { html: '<p>Tea</p>', links: false }, 'Tea'],
  ['XML.PARSE', { text: '<a>Tea</a>', lists: [] }, { a: 'Tea' }],
  ['CSV.STRINGIFY', { rows: [['Tea']], delimiter: ',', header: true, escape_formulas: false }, 'Tea\r\n'],
])('%s loads its parser once, and from then on gives small results at once', async (action, parameters, result) => {
  const block = registry.blocks.get(action)
  await block?.run(parameters, contextWith())
  await setImmediate() // a slice of its own: that of the first call may be used up
  expect(block?.run(parameters, contextWith())).toEqual(result)
})
