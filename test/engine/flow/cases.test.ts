import { expect, test } from 'vitest'
import { standardBlocks } from '../../../src/blocks/standard.ts'
import { createRegistry } from '../../../src/engine/registry.ts'
import { runJob } from '../../../src/compose/runJob.ts'
import type { StepWire } from '../../../src/wire/job.ts'
import { ProblemError } from '../../../src/wire/problem.ts'
import { expectFlow, expectRefused, flowCases } from '../../cases/flowCases.ts'
import { testBlocks } from '../../cases/testBlocks.ts'

const blocks = createRegistry([...standardBlocks, ...testBlocks])

test.each(flowCases)('$name ends in memory as the reference says, or is refused', async (one) => {
  const records: StepWire[] = []
  const onStepUpdate = (_: unknown, step: StepWire): void => {
    records.push(step)
  }
  if (one.refused === undefined) return expectFlow(one, await runJob(one.job, { blocks, onStepUpdate }), records)
  const problem: unknown = await runJob(one.job, { blocks }).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(ProblemError)
  const { errors } = problem as ProblemError
  expectRefused(
    one,
    errors.map(({ pointer }) => pointer),
  )
})
