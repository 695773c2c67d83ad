import { createHash } from 'node:crypto'
import type { BlockLog } from '../../engine/block.ts'
import type { JsonObject } from '../../engine/values/json.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { createRun, type RunEnd, type RunEvent, stopRun } from '../../engine/run/run.ts'
import type { Clock, Limits, Resume, RunState, StepOutcome } from '../../engine/run/state.ts'
import type { JobView } from '../../wire/jobView.ts'

/** A job that this replica runs, and what of it is written. Made here; the files of the executor pass it on. */
export type ActiveRun = {
  readonly tenant: string
  readonly id: string
  readonly plan: Plan
  readonly createdAt: number
  readonly run: RunState
  /** Every outcome so far, in order. */
  readonly outcomes: StepOutcome[]
  /** Names this replica's hold of the job; empty until the job is accepted. */
  fence: string
  /** How many outcomes were recorded when this replica took the job up. */
  readonly recordedBefore: number
  /** How many of the outcomes are committed. */
  recorded: number
  /** When the oldest outcome that is not committed came, by the monotonic clock. */
  pendingSince: number
  pendingBytes: number
  /** A step that ran here may have changed the variables. */
  changed: boolean
  currentStep: string | null
  /** An event that was taken from the run and not yet dealt with. */
  event: RunEvent | Promise<RunEvent> | null
  /** The write on its way, if any: writes of one run follow each other. */
  writing: Promise<void> | null
  /** Its end is being written, so that nothing else needs to be. */
  ending: boolean
  /** The database refused what a step gave: the run goes on anew from what it took. */
  refused: boolean
  /** The database knows less of the run than was recorded once: it goes on anew from what is there. */
  behind: boolean
  /** Another holds the job now: nothing more may be written. */
  lost: boolean
  /** The lapses of the lease that were known when the hold was last proved (lease.ts). */
  provedAt: number
  /** It lost its replica more than once without a record: each of its steps is committed before the next. */
  readonly suspect: boolean
}

/** What every run of this executor shares. */
export type SharedRunContext = {
  readonly clock: Clock
  readonly limits: Limits
  readonly globals: Readonly<Record<string, unknown>>
  readonly log: (job: { tenant: string; id: string }) => BlockLog
}

/** What is known of a job when its run is made. */
export type RunOrigin = {
  readonly tenant: string
  readonly id: string
  readonly plan: Plan
  readonly createdAt: number
  readonly startedAt: number
  readonly nonce: string
  readonly fence: string
  readonly suspect: boolean
  readonly provedAt: number
  readonly resume?: Resume
}

export function createActiveRun(origin: RunOrigin, context: SharedRunContext): ActiveRun {
  const { tenant, id, plan, createdAt, startedAt, nonce, fence, suspect, provedAt, resume } = origin
  const { name, tags, metadata } = plan.definition
  const run = createRun(
    plan,
    {
      job: { id, tenant, name, tags, metadata },
      createdAt,
      clock: context.clock,
      limits: context.limits,
      globals: context.globals,
      log: context.log({ tenant, id }),
      idempotencyKey: (position) => createHash('sha256').update(`${nonce}/${position}`).digest('base64url'),
    },
    startedAt,
    resume,
  )
  const outcomes = [...(resume?.outcomes ?? [])]
  return {
    tenant,
    id,
    plan,
    createdAt,
    run,
    outcomes,
    fence,
    recordedBefore: outcomes.length,
    recorded: outcomes.length,
    pendingSince: 0,
    pendingBytes: 0,
    changed: false,
    currentStep: null,
    event: null,
    writing: null,
    ending: false,
    refused: false,
    behind: false,
    lost: false,
    provedAt,
    suspect,
  }
}

/** One name for a job across tenants. */
export function keyOf({ tenant, id }: { tenant: string; id: string }): string {
  return `${tenant}\n${id}`
}

/** Another holds the job: the step in hand is aborted, and nothing more is written. */
export function loseRun(active: ActiveRun): void {
  active.lost = true
  stopRun(active.run, 'lease-lost')
}

/** The database lost records of the run: the step in hand is aborted, and nothing is written on top of a gap. */
export function giveUpBehind(active: ActiveRun): void {
  active.behind = true
  stopRun(active.run, 'draining')
}

/** Takes up what a step gave, to be committed. */
export function addOutcome(active: ActiveRun, outcome: StepOutcome): void {
  if (active.outcomes.length === active.recorded) active.pendingSince = performance.now()
  active.outcomes.push(outcome)
  active.pendingBytes += outcome.json.length + (outcome.variables?.length ?? 0)
  active.changed ||= outcome.variables !== null
}

/** The outcomes up to there are committed. The variables that they left are in the database, and needed here no more. */
export function markRecorded(active: ActiveRun, upTo: number): void {
  for (let i = active.recorded; i < upTo; i++) (active.outcomes[i] as StepOutcome).variables = null
  active.recorded = upTo
}

/** The path of a step by its position. */
export function pathOf(plan: Plan, position: number | null): string | null {
  return position === null ? null : (plan.definition.steps[position - 1]?.id ?? null)
}

/**
 * The outcomes that are to be written next. Of the variables only the last are needed: a takeover goes on from those.
 */
export function pendingOutcomes(active: ActiveRun): StepOutcome[] {
  const pending = active.outcomes.slice(active.recorded)
  const last = pending.findLastIndex(({ variables }) => variables !== null)
  return pending.map((outcome, i) =>
    i < last && outcome.variables !== null ? { ...outcome, variables: null } : outcome,
  )
}

/** The job's variables as JSON text, or null where no step changed them. */
export function changedVariables(active: ActiveRun): string | null {
  return active.changed || active.run.inherited ? active.run.variablesText : null
}

/** The job as it stands at this moment: a later step changes nothing in what was given out. */
export function viewOf(active: ActiveRun, over: { end: RunEnd; finishedAt: number } | null): JobView {
  const text = changedVariables(active)
  return {
    id: active.id,
    definition: active.plan.definition,
    state: over?.end.state ?? 'running',
    createdAt: active.createdAt,
    startedAt: active.run.startedAt,
    finishedAt: over?.finishedAt ?? null,
    failedStep: pathOf(active.plan, active.run.failedPosition),
    currentStep: over === null ? active.currentStep : null,
    variables: text === null ? active.plan.definition.variables : (JSON.parse(text) as JsonObject),
    output: over?.end.output == null ? null : JSON.parse(over.end.output),
    outputOmitted: over?.end.outputOmitted ?? false,
  }
}
