import { expect, test } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { runJob } from '../../src/compose/runJob.ts'

const blocks = createRegistry(standardBlocks)
const items = Array.from({ length: 9999 }, (_, i) => i)
const each = (steps: object[], more: object = {}) => ({
  action: 'FLOW.EACH',
  parameters: { items, ...more },
  steps,
})
const TRUE = { action: 'LOGIC.TRUE' }
const repeat = (steps: object[]) => ({ action: 'FLOW.REPEAT', parameters: { max: 10_000 }, steps, until: false })

test.each([
  ['9,999 rounds', { steps: [each([TRUE])] }, 10_000],
  ['9,999 rounds, a hundred at a time', { steps: [each([TRUE], { concurrency: 100 })] }, 10_000],
  ['rounds in rounds', { steps: [each([each([TRUE])])] }, 10_003],
  ['empty rounds in rounds, whose lists are soon too much', { steps: [each([each([])])] }, null],
  ['a catch in every round', { steps: [repeat([{ action: 'FLOW.FAIL', catch: { steps: [TRUE] } }])] }, 10_002],
  ['four thousand undos', { steps: [each([{ ...TRUE, undo: [TRUE] }]), { action: 'FLOW.FAIL' }] }, null],
])('%s end, within the records that a job may have', async (_, job, runs) => {
  const { finished_at: finishedAt, step_runs: records } = await runJob(job, { blocks })
  expect(finishedAt).not.toBeNull()
  if (runs === null) expect(records).toBeLessThanOrEqual(11_002)
  else expect(records).toBe(runs)
})

test('loops that record nothing end with the job’s time', async () => {
  const loops = repeat([{ ...repeat([]), catch: {} }])
  const { state, failed_step: failed } = await runJob({ timeout: 0.3, steps: [loops] }, { blocks })
  expect(state).toBe('failed')
  expect(failed).toMatch(/^1/)
})
