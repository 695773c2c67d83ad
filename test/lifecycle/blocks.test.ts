import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defineBlock, Type } from '../../src/engine/block.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { loadBlocks } from '../../src/compose/blocks.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { startConduit } from '../support/conduit.ts'

test('a module’s blocks are taken once, however often they are exported, and its globals reach them', async () => {
  const path = join(import.meta.dirname, 'modules/twice.ts')
  const { blocks, globals } = await loadBlocks([path, path])
  expect(blocks.map(({ action }) => action)).toEqual(['TEST.GREET'])
  const job = await runJob({ steps: [{ action: 'test.greet' }] }, { blocks: createRegistry(blocks), globals })
  expect(job.steps?.[0]?.return_value).toBe('hello')
})

test('a block whose parameters have a pattern that is none ends the start, and is named', async () => {
  const parameters = Type.Object({ code: Type.String({ pattern: '(' }) })
  const block = defineBlock({
    action: 'TEST.CODE',
    description: 'Reads a code.',
    parameters,
    returns: Type.Null(),
    run: () => null,
  })
  await expect(startConduit({ blocks: [block] })).rejects.toThrow(
    "TEST.CODE: its parameters can't be checked: Invalid regular expression",
  )
})
