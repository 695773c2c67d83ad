import { expect, test } from 'vitest'
import { standardBlocks } from '../../src/blocks/standard.ts'
import { createRegistry } from '../../src/engine/registry.ts'
import { runJob } from '../../src/compose/runJob.ts'
import { TEXT_BOMBS } from './bombs/texts.ts'
import { VALUE_BOMBS } from './bombs/values.ts'
import { threadMs } from '../support/threadTime.ts'

const registry = createRegistry(standardBlocks)

/**
 * Processor time of this thread that the event loop went without a turn: what other work on the machine takes does not
 * count, collecting garbage does. The worst bomb here once took 213 s; now none takes more than about 0.6.
 */
const MOST_MS = 3000

/** Runs a job beside a loop that looks at the time with each turn; gives its end and the longest turn. */
async function watched(definition: unknown) {
  let last = threadMs()
  let longest = 0
  let over = false
  const turn = (): void => {
    const now = threadMs()
    longest = Math.max(longest, now - last)
    last = now
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  const job = await runJob(definition, { blocks: registry })
  over = true
  turn()
  return { job, longest }
}

test.each([...VALUE_BOMBS, ...TEXT_BOMBS])(
  '$name: ends with a clear status and never holds the event loop for seconds',
  async (bomb) => {
    const text = JSON.stringify(bomb.job())
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576)
    const { job, longest } = await watched(JSON.parse(text))
    const failed = job.steps?.find(({ status }) => status.value > 0)
    const error =
      bomb.fails === null ? undefined : { type: bomb.fails[1], message: expect.stringMatching(/^.{1,4096}$/s) }
    expect(failed?.status.name).toBe(bomb.fails?.[0])
    expect(failed?.return_value).toEqual(error === undefined ? undefined : expect.objectContaining(error))
    expect(job.success).toBe(bomb.fails === null)
    expect(longest).toBeLessThan(MOST_MS)
  },
)
