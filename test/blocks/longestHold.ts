import { setImmediate } from 'node:timers/promises'
import { threadMs } from '../support/threadTime.ts'

/**
 * The longest turn of the event loop that some work took, in milliseconds of processor time; what it ends in does not
 * matter.
 */
export async function longestHold(work: () => unknown): Promise<number> {
  let over = false
  let longest = 0
  let last = threadMs()
  const note = (): void => {
    const now = threadMs()
    longest = Math.max(longest, now - last)
    last = now
  }
  const done = Promise.resolve()
    .then(work)
    .catch(() => null)
    .finally(() => {
      over = true
    })
  while (!over) {
    await setImmediate()
    note()
  }
  await done
  return longest
}
