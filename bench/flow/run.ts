import { cpus } from 'node:os'
import { Type } from 'typebox'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { defineBlock } from '../../src/engine/block.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { fiftySteps } from '../definitions.ts'

// What does a step cost that stands in a loop, a choice or a retry, beside one of a flat job? `npm run bench:flow`.

let calls = 0
const flaky = defineBlock({
  action: 'BENCH.FLAKY',
  description: 'Fails four attempts of five.',
  parameters: Type.Object({}),
  returns: Type.Integer(),
  run: () => {
    calls++
    if (calls % 5 !== 0) throw new Error('not yet')
    return calls
  },
})

const blocks = createRegistry([...standardBlocks, flaky])
const SECONDS = 2
const items = Array.from({ length: 1000 }, (_, i) => i)
const sum = { action: 'MATH.SUM', parameters: { value1: '{% item %}', value2: 1 } }

/** Steps are counted as records, so that the price of what steers them is in each. */
const JOBS: Readonly<Record<string, object>> = {
  'flat, 50 steps': fiftySteps,
  'EACH of 1,000 pure rounds': { steps: [{ action: 'FLOW.EACH', parameters: { items }, steps: [sum] }] },
  '… 100 at a time': { steps: [{ action: 'FLOW.EACH', parameters: { items, concurrency: 100 }, steps: [sum] }] },
  'CHOOSE of two': {
    local_values: { n: 5 },
    steps: [
      {
        action: 'FLOW.CHOOSE',
        branches: [
          { if: '{= locals.n > 10 =}', steps: [{ action: 'LOGIC.TRUE' }] },
          { steps: [{ action: 'LOGIC.FALSE' }] },
        ],
      },
    ],
  },
  'the same with LOGIC blocks': {
    local_values: { n: 5 },
    steps: [
      { id: 'is', action: 'LOGIC.IF', parameters: { value1: '{< n >}', operator: '>', value2: 10 } },
      { action: 'LOGIC.TRUE', if: '{: is :}' },
      { id: 'not', action: 'LOGIC.LOGICAL_NOT', parameters: { value: '{: is :}' } },
      { action: 'LOGIC.FALSE', if: '{: not :}' },
    ],
  },
  'a retry of 5': { steps: [{ action: 'BENCH.FLAKY', retry: { max_attempts: 5, delay: '0s', jitter: 0 } }] },
  'a catch': { steps: [{ action: 'FLOW.FAIL', catch: { steps: [{ action: 'LOGIC.TRUE' }] } }] },
}

const rows: object[] = []
for (const [name, job] of Object.entries(JOBS)) {
  await runJob(job, { blocks })
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  let [jobs, records] = [0, 0]
  while (performance.now() - began < SECONDS * 1000) {
    const { step_runs: runs, success } = await runJob(job, { blocks })
    if (success !== true) throw new Error(`${name} failed`)
    jobs++
    records += runs
  }
  const { user, system } = process.cpuUsage(cpu)
  rows.push({
    job: name,
    'µs of CPU a job': Number(((user + system) / jobs).toFixed(1)),
    'µs of CPU a record': Number(((user + system) / records).toFixed(2)),
    'records/s': Math.round((records * 1000) / (performance.now() - began)),
  })
}
process.stdout.write(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}\n`)
console.table(rows)
