import { setImmediate } from 'node:timers/promises'

/** The longest time in milliseconds for which some work kept everything else waiting; what it ends in does not matter. */
export async function longestHold(work: () => unknown): Promise<number> {
  let over = false
  let longest = 0
  let last = performance.now()
  const note = (): void => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
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
