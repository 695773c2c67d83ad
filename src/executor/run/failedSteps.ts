import { stackFrames } from '../../engine/errors.ts'
import type { Entry, StepEntry } from '../../engine/run/entry.ts'
import { isFailure } from '../../engine/status.ts'
import { isObject } from '../../engine/values/json.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { ActiveRun } from './activeRun.ts'
import { withoutValues } from './withoutValues.ts'

/** Tells of the steps among what was just committed that failed, each once. */
export function tellFailures(active: ActiveRun, entries: readonly Entry[], telemetry: Telemetry): void {
  for (const entry of entries)
    if (entry.kind === 'step' && isFailure(entry.status)) tellFailure(active, entry, telemetry)
}

function tellFailure(active: ActiveRun, entry: StepEntry, telemetry: Telemetry): void {
  const { tenant, id, plan } = active
  const { path, status, cause, returnValue } = entry
  const { type, message } = isObject(returnValue) ? returnValue : {}
  telemetry.emit('stepFailed', {
    tenant,
    id,
    step: path,
    action: plan.actions[entry.written] ?? '',
    status,
    type: typeof type === 'string' ? type.slice(0, 100) : status,
    message: typeof message === 'string' ? withoutValues(message, active) : '',
    frames: status === 'UNHANDLED_EXCEPTION' && cause === null ? stackFrames(returnValue) : null,
  })
}
