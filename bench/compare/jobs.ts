import { fiftySteps, oneEffect, threeSteps } from '../definitions.ts'
import { BATCHES, type Load, SINGLE } from '../service/throughput.ts'

/** What is posted, by the name that `--job` takes. */
export const JOBS: Readonly<Record<string, Load>> = {
  three: { ...SINGLE, body: threeSteps },
  fifty: { ...SINGLE, body: fiftySteps },
  effect: { ...SINGLE, body: oneEffect },
  batch: BATCHES,
  keyed: { ...SINGLE, body: threeSteps, keyed: 0.2 },
}
