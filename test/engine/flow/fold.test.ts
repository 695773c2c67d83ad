import { expect, test } from 'vitest'
import { flowCases } from '../../cases/flowCases.ts'
import { drive, recordOf } from './drive.ts'

/** What depends on nothing but its definition: no clock, no count of calls. */
const steady = flowCases.filter(
  ({ name, job, refused }) =>
    refused === undefined && !/FLAKY|TOUCH|now|uuid|SLEEP/.test(JSON.stringify(job)) && name !== 'expr.job',
)

test('what was thrown again in a catch is still known by what it was caused by, wherever the run was cut off', async () => {
  const deep = { id: 'deep', action: 'FLOW.FAIL', parameters: { type: 'Deep' } }
  const again = { id: 'inner', steps: [deep], catch: { steps: [{ id: 'again', action: 'FLOW.FAIL' }] } }
  const job = {
    steps: [{ id: 'outer', steps: [again], catch: { on: ['Deep'], output: 'held' } }],
    output: '{: outer :}',
  }
  const whole = await drive(job)
  for (let cut = 0; cut < whole.entries.length; cut++) {
    const resumed = await drive(job, whole.entries.slice(0, cut))
    expect(recordOf(resumed), `cut off after ${cut}`).toEqual(recordOf(whole))
  }
  expect(JSON.stringify(recordOf(whole))).toContain('held')
})

test.each(steady)('$name, cut off after any entry and gone on with, ends in the same record', async ({ job }) => {
  const whole = await drive(job)
  for (let cut = 0; cut < whole.entries.length; cut++) {
    const resumed = await drive(job, whole.entries.slice(0, cut))
    expect(recordOf(resumed), `cut off after ${cut} of ${whole.entries.length}`).toEqual(recordOf(whole))
  }
})

test('a decision that is on record is not made again: branches are stopped once, whatever is left to be undone', async () => {
  const { job } = flowCases.find(({ name }) => name === 'undo.stopped-branch-too') as { job: object }
  const { entries } = await drive(job)
  const undone = entries.findIndex(({ path }) => path === 'p/x/u/undo/u')
  const resumed = await drive(job, entries.slice(0, undone))
  const stops = resumed.entries.filter((entry) => entry.kind === 'mark' && entry.mark.kind === 'stopped')
  expect(stops).toHaveLength(1)
})
