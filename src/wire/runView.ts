import { currentPath } from '../engine/run/at.ts'
import { lastFailureOf, type RunEnd } from '../engine/run/run.ts'
import type { RunState } from '../engine/run/state.ts'
import { errorOf, failedStep } from './jobError.ts'
import type { JobState } from './job.ts'
import { type JobView, unbegun } from './jobView.ts'
import { parseJson, parseObject } from '../engine/values/parseJson.ts'

/** A run in memory as a job, over or not. */
export function viewOfRun(run: RunState, end: RunEnd | null, state: JobState = 'running'): JobView {
  const { definition } = run.plan
  const failure = lastFailureOf(run)
  const failed = failure === null ? null : failedStep(definition, { path: failure.step, seq: failure.seq }, failure)
  return {
    ...unbegun({ id: run.context.job.id, definition, state: end?.state ?? state, createdAt: run.startedAt }),
    startedAt: run.startedAt,
    finishedAt: end === null ? null : run.context.clock.now(),
    failedStep: failed?.path ?? null,
    error: errorOf(failed),
    currentStep: end === null && state === 'waiting' ? currentPath(run) : null,
    variables: parseObject(run.top.variables.text),
    stepRuns: run.records,
    output: end?.output == null ? null : parseJson(end.output),
    outputOmitted: end?.outputOmitted ?? false,
  }
}
