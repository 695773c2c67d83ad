import { expect, test, vi } from 'vitest'
import { Telemetry } from '../../src/telemetry.ts'
import { startConduit } from '../support/conduit.ts'

/** Each look at the clock finds it a millisecond later, so a slice of 5 ms is so many looks, however fast the machine is. */
const MOST_IN_ONE_TURN = 5

const JOB = {
  local_values: { items: Array.from({ length: 50 }, (_, i) => i) },
  steps: [{ action: 'FLOW.EACH', parameters: { items: '{< items >}' }, steps: [{ action: 'LOGIC.TRUE' }] }],
}

test('of all jobs together a few steps run before everything else has its turn, counted and not timed', async () => {
  const telemetry = new Telemetry()
  await using service = await startConduit({ telemetry })
  let [steps, most, total, over] = [0, 0, 0, false]
  telemetry.on('stepFinished', () => {
    total++
    most = Math.max(most, ++steps)
  })
  const turn = (): void => {
    steps = 0
    if (!over) setImmediate(turn)
  }
  let now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => ++now)
  try {
    turn()
    const jobs = await Promise.all(Array.from({ length: 16 }, () => service.client.jobs.submit(JOB)))
    const ended = await Promise.all(jobs.map(({ id }) => service.client.jobs.wait(id)))
    expect(ended.map(({ state }) => state)).toEqual(jobs.map(() => 'succeeded'))
  } finally {
    over = true
    clock.mockRestore()
  }
  expect(total).toBe(16 * 51)
  expect(most).toBeLessThanOrEqual(MOST_IN_ONE_TURN)
})
