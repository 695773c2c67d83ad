import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRegistry } from '../../src/engine/registry.ts'
import { loadBlocks } from '../../src/compose/blocks.ts'
import { runJob } from '../../src/compose/runJob.ts'

test('a module’s blocks are taken once, however often they are exported, and its globals reach them', async () => {
  const path = join(import.meta.dirname, 'modules/twice.ts')
  const { blocks, globals } = await loadBlocks([path, path])
  expect(blocks.map(({ action }) => action)).toEqual(['TEST.GREET'])
  const job = await runJob({ steps: [{ action: 'test.greet' }] }, { blocks: createRegistry(blocks), globals })
  expect(job.steps?.[0]?.return_value).toBe('hello')
})
