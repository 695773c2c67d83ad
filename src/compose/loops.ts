import { every } from '../executor/every.ts'
import { Firer } from '../schedules/firer.ts'
import { workOnBulk } from '../service/bulk/work.ts'
import { firesSchedules } from '../service/schedules/fireDue.ts'
import { letGoHeldBack } from '../service/schedules/letGo.ts'
import type { Database } from '../store/client.ts'
import type { Telemetry } from '../telemetry.ts'

/** Actions on many jobs that are not over are looked for this often. */
const BULK_LOOK_MS = 1000

/** Jobs that wait for the one of their schedule before them are looked for this often. */
const LET_GO_LOOK_MS = 500

/** What the loops need of the service. */
type LoopDeps = Parameters<typeof firesSchedules>[0] & Parameters<typeof letGoHeldBack>[0]

/**
 * What a service does by itself, beside running jobs: firings, jobs of schedules that wait their turn, actions on many.
 * Gives what ends it.
 */
export function startServiceLoops(database: Database, telemetry: Telemetry, deps: LoopDeps): () => Promise<void> {
  const loops = [
    new Firer(database, telemetry, firesSchedules(deps, telemetry)),
    every(LET_GO_LOOK_MS, telemetry, 'letting jobs of schedules go', () => letGoHeldBack(deps)),
    every(BULK_LOOK_MS, telemetry, 'an action on many jobs', () => workOnBulk(deps)),
  ]
  // At once: over a silent line each waits for the statement that it is at.
  return async () => void (await Promise.all(loops.map((loop) => loop.stop())))
}
