/** The seed that a plain run uses, so that what fails once fails again. */
const FIXED_SEED = 20261124

/**
 * How fast-check is to run: `FUZZ_SECONDS` makes it run for so long with a seed of its own each time (or `FUZZ_SEED`),
 * which fast-check prints where a property fails. Plain runs are short and always the same.
 */
export function fuzzing(runs: number) {
  const seconds = Number(process.env['FUZZ_SECONDS'] ?? 0)
  if (seconds === 0) return { seed: FIXED_SEED, numRuns: runs }
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
  process.stderr.write(`fuzzing for ${seconds} s, FUZZ_SEED=${seed}\n`)
  return { seed, numRuns: 10_000_000, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false }
}
