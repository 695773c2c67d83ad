import { availableParallelism, loadavg } from 'node:os'

/** How many times as long a machine takes that has other work: its load a core, at least 1 and at most 10. */
export function slowness(): number {
  return Math.min(10, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()))
}

/** How long a test may wait for what must come, in milliseconds: it ends one that hangs, and decides no other. */
export const PATIENCE_MS = Math.round(60_000 * slowness())
