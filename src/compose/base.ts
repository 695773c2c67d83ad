import type { Config } from '../config/settings.ts'
import type { Logger } from '../logging.ts'
import type { SecretBox } from '../secrets/box.ts'
import type { Signals } from '../signals.ts'
import type { Telemetry } from '../telemetry.ts'

/** What everything is opened with. */
export type Base = {
  readonly config: Config
  readonly log: Logger
  readonly telemetry: Telemetry
  readonly signals: Signals
  readonly stack: AsyncDisposableStack
  readonly allowPrivate: boolean
  /** Seals secrets at rest. */
  readonly secrets: SecretBox
}
