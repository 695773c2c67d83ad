import type { Registry } from '../../engine/registeredBlock.ts'
import type { Entry } from '../../engine/run/entry.ts'
import type { JobView } from '../../wire/jobView.ts'
import type { Claimer } from '../queue/claimer.ts'
import type { QueueBound } from '../queue/queueBound.ts'
import type { Slots } from '../queue/slots.ts'
import type { TenantQueues } from '../queue/tenantQueues.ts'
import type { ActiveRun, SharedRunContext } from '../run/activeRun.ts'
import type { RunnerDeps } from '../run/runner.ts'
import type { Runs } from '../runs.ts'
import type { LeadTime } from './leadTime.ts'

/** What became of it. `job` is how it stands now; `entries` are what happened so far. */
export type Submitted =
  | { readonly kind: 'accepted'; readonly job: JobView; readonly entries: readonly Entry[] }
  | { readonly kind: 'id-taken' }
  | { readonly kind: 'key-taken' }

/** What accepting a job stands on. */
export type AcceptDeps = RunnerDeps & {
  readonly registry: Registry
  readonly context: SharedRunContext
  readonly slots: Slots
  readonly claimer: Claimer
  readonly bound: QueueBound
  /** A job that has begun was queued: what it did so far is on record. */
  readonly onQueued: (active: ActiveRun) => void
  /** A job was accepted that is due at a moment. */
  readonly onScheduled: (at: number) => void
  readonly tenantQueues: TenantQueues
  readonly leadTime: LeadTime
  readonly runs: Runs
}
