import { errorValue } from '../errors.ts'
import { copyJson } from '../values/json.ts'
import { cleanOf, innermost, maskedIn } from './failure.ts'
import { resolveValue } from './resolve.ts'
import type { Failure, RunState } from './state.ts'

/** How a run ended. */
export type RunEnd = {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly success: boolean
  /** The path of the step that failed, below whatever it is; null: none did. */
  readonly failedStep: string | null
  /** The job's output as JSON text; null without one. */
  readonly output: string | null
  /** The output was too large, or could not be made. */
  readonly outputOmitted: boolean
  /** Why, for people; not kept on record. */
  readonly outputProblem: string | null
}

/** The end of a run that is over. Asked again after a late cancel, it tells of that. */
export function endOf(run: RunState): RunEnd {
  const success = run.top.failure === null && !run.cancelled
  run.success = success
  const state = run.cancelled ? 'cancelled' : success ? 'succeeded' : 'failed'
  return { state, success, failedStep: failedStepOf(run), ...outputOf(run) }
}

/** The failure of the last step that failed, found from the job's own steps downwards. */
export function lastFailureOf({ top }: RunState): Failure | null {
  return top.failure === null ? null : innermost(top.failure)
}

/** The path of the last step that failed. */
function failedStepOf(run: RunState): string | null {
  return lastFailureOf(run)?.step ?? null
}

function outputOf(run: RunState): Pick<RunEnd, 'output' | 'outputOmitted' | 'outputProblem'> {
  const given = run.end?.given === true
  if (!given && run.plan.output === null) return made(null)
  // No step was left to be given up, so it may be the output that kills replicas.
  if (run.givenUp) return omitted('the run was given up')
  run.now = null
  try {
    const value = run.end !== null && given ? run.end.output : run.plan.output && resolveValue(run.top, run.plan.output)
    const output = JSON.stringify(maskedIn(run, copyJson(value)))
    const { valueBytes } = run.context.limits
    if (Buffer.byteLength(output) <= valueBytes) return made(output)
    return omitted(`the output is larger than ${valueBytes} bytes`)
  } catch (error) {
    // An output that can't be made is left out like one that is too large; the job itself ended as it did.
    return omitted(errorValue(error, cleanOf(run)).message)
  }
}

const made = (output: string | null) => ({ output, outputOmitted: false, outputProblem: null })
const omitted = (outputProblem: string) => ({ output: null, outputOmitted: true, outputProblem })
