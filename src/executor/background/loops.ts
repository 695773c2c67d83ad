import type { Database } from '../../store/client.ts'
import type { BackgroundLoop } from '../every.ts'
import type { Arrivals } from '../queue/arrivals.ts'
import type { Slots } from '../queue/slots.ts'
import type { Writer } from '../run/recordRun.ts'
import { startAdopter } from './adopter.ts'
import { startLoopWatch } from './loopWatch.ts'
import { startNewsWatch } from './newsWatch.ts'
import { startOrphanFinder } from './orphanFinder.ts'
import { startProgressFlusher } from './progressFlusher.ts'
import { startProgressKeeper } from './progressKeeper.ts'
import { startRescuer } from './rescuer.ts'

/** What the work beside the runs stands on. */
export type LoopDeps = Writer & {
  readonly database: Database
  readonly slots: Slots
  readonly arrivals: Arrivals
  readonly leaseSeconds: number
  /** There is something to claim. */
  readonly onQueued: () => void
}

/** Starts what works beside the runs of a replica. */
export function startRunLoops(deps: LoopDeps): BackgroundLoop[] {
  const { database, slots, telemetry, leaseSeconds, onQueued } = deps
  return [
    startProgressFlusher(slots, deps),
    startProgressKeeper(deps),
    startNewsWatch(deps),
    startRescuer(deps),
    startAdopter(database, leaseSeconds, telemetry, onQueued),
    startOrphanFinder(deps),
    startLoopWatch(slots, telemetry),
  ]
}
