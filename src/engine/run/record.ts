import type { StepPlan } from '../plan/tree.ts'
import type { FinalStatus } from '../status.ts'
import type { Json, JsonObject } from '../values/json.ts'
import { apply } from './apply.ts'
import type { Attempt, Cause, Mark, MarkEntry, StepEntry } from './entry.ts'
import { failureOfError, maskedIn } from './failure.ts'
import { inHandIn } from './halt.ts'
import { keepAsText } from './large.ts'
import { pathIn } from './open.ts'
import { resolvedOf } from './resolved.ts'
import type { Failure, Made, Sequence, StepFrame } from './state.ts'

/** How a step ended, before it is an entry. */
type Ending = {
  readonly status: FinalStatus
  readonly cause: Cause | null
  readonly startedAt: number | null
  readonly finishedAt: number
  readonly value: Json
  readonly json: string
  readonly error: Json | null
  readonly variables: string | null
  readonly parameters: JsonObject | null
}

/** The last attempts that a record shows. */
const SHOWN_ATTEMPTS = 20

function record(
  sequence: Sequence,
  step: StepPlan,
  frame: StepFrame | null,
  attempt: number,
  ending: Ending,
): StepEntry {
  const { status, cause, startedAt, finishedAt, value, json, error, variables, parameters } = ending
  const { id, position } = step.definition
  const { run } = sequence
  const resolved = resolvedOf(run.context, status, parameters && maskedIn(run, parameters))
  const entry = keepAsText(
    {
      kind: 'step',
      path: pathIn(sequence, id),
      position,
      written: step.written,
      status,
      cause,
      attempt,
      attempts: frame === null || frame.attempts.length === 0 ? null : attemptsOf(frame, ending),
      startedAt,
      finishedAt,
      returnValue: value,
      json,
      error,
      variables: variables === null ? null : { scope: sequence.variables.scope, json: variables },
      ...(resolved === null ? {} : { resolved }),
    },
    value,
  )
  apply(sequence.run, entry)
  return entry
}

function attemptsOf({ attempts, attemptAt }: StepFrame, { finishedAt, status, value, error }: Ending): Attempt[] {
  const last = { startedAt: attemptAt, finishedAt, error: status === 'DONE' ? null : (error ?? value) }
  return [...attempts, last].slice(-SHOWN_ATTEMPTS)
}

/** Records a step whose block was not called: skipped, passed over, or failed before. */
export function recordUncalled(
  sequence: Sequence,
  step: StepPlan,
  status: FinalStatus,
  error: Json = null,
  cause: Cause | null = null,
  attempt = 0,
  parameters: JsonObject | null = null,
): StepEntry {
  const finishedAt = sequence.run.context.clock.now()
  const json = JSON.stringify(error)
  const ending = {
    status,
    cause,
    startedAt: null,
    finishedAt,
    value: error,
    json,
    error: null,
    variables: null,
    parameters,
  }
  return record(sequence, step, null, attempt, ending)
}

/** Records a step of one attempt that went well: what most steps come to, so nothing is made that is not kept. */
export function recordDone(
  sequence: Sequence,
  step: StepPlan,
  startedAt: number,
  made: Made,
  parameters: JsonObject,
): StepEntry {
  if (sequence.run.context.recordParameters === 'always') {
    const ending = { status: 'DONE' as const, cause: null, startedAt, ...made, error: null, parameters }
    return record(sequence, step, null, 1, ending)
  }
  const { id, position } = step.definition
  const { value, json, variables, finishedAt } = made
  const entry: StepEntry = {
    kind: 'step',
    path: sequence.path === '' ? id : pathIn(sequence, id),
    position,
    written: step.written,
    status: 'DONE',
    cause: null,
    attempt: 1,
    attempts: null,
    startedAt,
    finishedAt,
    returnValue: value,
    json,
    error: null,
    variables: variables === null ? null : { scope: sequence.variables.scope, json: variables },
  }
  const kept = keepAsText(entry, value)
  apply(sequence.run, kept)
  return kept
}

/** Records a step of one attempt that failed. */
export function recordFailed(
  sequence: Sequence,
  step: StepPlan,
  startedAt: number | null,
  { status, error, cause }: Pick<Failure, 'status' | 'error' | 'cause'>,
  variables: string | null,
  parameters: JsonObject | null = null,
): StepEntry {
  const finishedAt = sequence.run.context.clock.now()
  const json = JSON.stringify(error)
  return record(sequence, step, null, 1, {
    status,
    cause,
    startedAt,
    finishedAt,
    value: error,
    json,
    error: null,
    variables,
    parameters,
  })
}

/** Records a step of which more was known: DONE, or HANDLED where its failure was caught. */
export function recordMade(frame: StepFrame, made: Made): StepEntry {
  const { sequence, step, startedAt, attempt, caught } = frame
  const status = caught === null ? 'DONE' : 'HANDLED'
  return record(sequence, step, frame, attempt, {
    status,
    cause: caught?.cause ?? null,
    startedAt,
    finishedAt: made.finishedAt,
    value: made.value,
    json: made.json,
    error: caught?.error ?? null,
    variables: made.variables,
    parameters: frame.parameters,
  })
}

/**
 * Records a step that failed for good.
 *
 * @param first what failed before that
 */
export function recordFailure(
  frame: StepFrame,
  failure: Failure,
  finishedAt: number,
  variables: string | null,
  first: Failure | null = frame.caught,
): StepEntry {
  const { sequence, step, startedAt, attempt } = frame
  const { status, error: value } = failure
  const json = JSON.stringify(value)
  const error = first?.error ?? null
  const cause = failure.cause ?? first?.cause ?? null
  return record(sequence, step, frame, attempt, {
    ...{ status, cause, startedAt, finishedAt, value, json, error, variables },
    parameters: frame.parameters,
  })
}

/** Records a step that was stopped with what it stands in. */
export function recordStopped(frame: StepFrame, variables: string | null): StepEntry {
  const { sequence, step, startedAt, attempt } = frame
  const finishedAt = sequence.run.context.clock.now()
  const ending = {
    cause: null,
    startedAt,
    finishedAt,
    value: null,
    json: 'null',
    error: null,
    variables,
    parameters: null,
  }
  return record(sequence, step, frame, attempt, { status: 'STOPPED', ...ending })
}

/** Puts on record that what a step with others below it was to give could not be made. */
export function recordFailedBelow(frame: StepFrame, error: unknown): MarkEntry {
  const inHand = [...frame.open].flatMap(inHandIn)
  const failure = failureOfError(frame, error)
  const mark: Mark = { kind: 'failed', failure, ...(inHand.length > 0 ? { inHand } : {}) }
  return recordMark(frame.sequence, frame.path, mark)
}

/** Puts a decision on record. */
export function recordMark(sequence: Sequence, path: string, mark: Mark): MarkEntry {
  const { inputs, clock } = sequence.run.context
  const entry: MarkEntry = { kind: 'mark', path, at: clock.now(), mark }
  apply(sequence.run, entry)
  return inputs == null ? entry : { ...entry, mark: inputs.conceal(mark) }
}
