import { currentPath } from '../engine/run/at.ts'
import { lastFailureOf, type RunEnd } from '../engine/run/run.ts'
import type { RunState } from '../engine/run/state.ts'
import { parseJson, parseObject } from '../engine/values/parseJson.ts'
import type { JobState } from './job.ts'
import { errorOf, failedStep } from './jobError.ts'
import { type JobView, unbegun } from './jobView.ts'
import type { DefinitionProblem } from '../engine/validate/problem.ts'

/** What is to be told beside a run in memory that is over: why its output could not be made. No record keeps that. */
export function outputProblems(end: RunEnd | null): { readonly problems?: DefinitionProblem[] } {
  if (end === null || end.outputProblem === null) return {}
  const detail = end.outputProblem
  return { problems: [{ pointer: '/output', severity: 'error', code: 'output-omitted', detail, suggestion: null }] }
}

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
