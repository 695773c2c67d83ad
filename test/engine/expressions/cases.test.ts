import { expect, test } from 'vitest'
import { runJob } from '../../../src/compose/runJob.ts'
import { ProblemError } from '../../../src/wire/problem.ts'
import { expectFlowCase, expectRefused, expressionCases } from '../../cases/flow.ts'
import { testBlocks } from '../../cases/testBlocks.ts'

test.each(expressionCases)('$name ends in memory as the reference says', async ({ job, expected, refused }) => {
  if (expected !== undefined) return expectFlowCase(expected, await runJob(job, { blocks: testBlocks }))
  const problem = await runJob(job, { blocks: testBlocks }).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(ProblemError)
  expectRefused(
    refused ?? [],
    (problem as ProblemError).errors.map(({ pointer }) => pointer),
  )
})
