import { expect, test } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { expectCase, referenceCases } from '../cases/cases.ts'
import { testBlocks } from '../cases/testBlocks.ts'

const blocks = createRegistry([...standardBlocks, ...testBlocks])

test.each(referenceCases)('$name ends in memory as the reference says, and the hooks tell it in order', async (one) => {
  const events: string[] = []
  const job = await runJob(one.job, {
    blocks,
    onStepUpdate: (_job, step) => {
      events.push(`step:${step.id}:${step.status.name}`)
    },
    onJobFinish: async (_job, failed) => {
      await null
      events.push(`finish:${failed?.id ?? 'None'}`)
    },
  })
  expectCase(one, job)
  // One case was lifted out of the reference's failure and still names the step that failed there.
  const end = `finish:${one.expected.failed_step ?? 'None'}`
  expect(events).toEqual([...one.expected.events.slice(0, -1), end])
})
