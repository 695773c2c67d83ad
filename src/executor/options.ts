import type { Versions } from '../definitions/versions.ts'
import type { BlockLog } from '../engine/block.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import type { RecordParameters } from '../engine/run/resolved.ts'
import type { RunLimits } from '../engine/run/runContext.ts'
import type { SecretShelf } from '../secrets/shelf.ts'
import type { Signals } from '../signals.ts'
import type { Database } from '../store/client.ts'
import type { Telemetry } from '../telemetry.ts'
import type { SharedRunContext } from './run/activeRun.ts'
import type { HookSet } from './run/hooks.ts'
import type { LiveBoard } from './run/live.ts'

/** What an executor stands on, and its settings. */
export type ExecutorOptions = {
  readonly database: Database
  /** For the thread that renews the lease. */
  readonly connectionString: string
  readonly registry: Registry
  /** The versions of definitions that jobs are of. */
  readonly versions: Versions
  readonly telemetry: Telemetry
  readonly signals: Signals
  readonly hooks: HookSet
  /** Who watches jobs live. */
  readonly live: LiveBoard
  /** Gives steps the secrets that they name, and runs their secret local values. */
  readonly shelf: Pick<SecretShelf, 'give' | 'inputsOf'>
  readonly globals: Readonly<Record<string, unknown>>
  readonly limits: RunLimits
  readonly concurrency: number
  /** So many bytes of JSON may the variables and return values of one tenant's running jobs have here. */
  readonly tenantValuesBytes: number
  /** Whether more than one tenant has keys: then none may have all slots. */
  readonly isShared: () => boolean
  readonly leaseSeconds: number
  readonly maxTakeovers: number
  readonly maxQueued: number
  readonly shutdownSeconds: number
  /** Of which steps the parameters are kept as they were after tags. */
  readonly recordParameters: RecordParameters
  /** The log that a job's blocks write to. */
  readonly log: (job: { tenant: string; id: string }) => BlockLog
  /** The link that is good for one wait alone; null: there are no links. */
  readonly waitUrl: SharedRunContext['waitUrl']
}
