import type { TakenOver } from '../../engine/rerun/takeOver.ts'
import type { Submitted } from '../../executor/accept/deps.ts'
import type { JobWire } from '../../wire/job.ts'
import { JobTree } from '../../wire/jobTree.ts'
import { jobWithStepsToWire } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { treeEntriesOfRun } from '../../wire/stored.ts'
import type { Validation } from '../../wire/validateDefinition.ts'
import { type Caller, requireScope } from '../caller.ts'
import { namesDefinition } from '../definitions/instantiate.ts'
import type { ServiceDeps } from '../deps.ts'
import { type Idempotency, idempotencyOf } from '../idempotency.ts'
import { acceptSubmission, submissionOf } from './accept.ts'
import { findJob, renderJob } from './find.ts'
import { isRepeat, orReplay, replay } from './idempotency.ts'
import { type MadeBy, type PreparedJob, prepareJob } from './prepare.ts'
import { validateJob } from './validate.ts'
import { type WaitRequest, waitForEnd } from './wait.ts'

/** A job to be accepted. */
export type SubmitRequest = {
  /** Parsed JSON. */
  readonly definition: unknown
  /** The same as it was written, which is what is stored; null: it was not written yet. */
  readonly text: string | null
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
  /** What that key stands for; left out: the definition. */
  readonly keyStandsFor?: unknown
  /** `refuse`: not where it must fail; `warn`: its problems are told beside the job; null: it is not looked at. */
  readonly validate?: 'refuse' | 'warn' | null
  /** Whether to wait for its end; null: no. */
  readonly wait: WaitRequest | null
  /** What made it, where nobody posted it. */
  readonly madeBy?: MadeBy | null
  /** Whether who asks tells the log of an end that is committed with the job; left out: the log is told as of any end. */
  readonly isLogged?: boolean
}

/** What submitting a job stands on. */
export type SubmitDeps = Pick<
  ServiceDeps,
  | 'database'
  | 'versions'
  | 'executor'
  | 'feed'
  | 'registry'
  | 'rules'
  | 'secrets'
  | 'shelf'
  | 'storedBytes'
  | 'messageBudget'
>

/** A job as it stands now, whether it is that of an earlier request, and what may be wrong with it. */
export type AcceptedJob = {
  readonly job: JobWire
  readonly replayed: boolean
  /** What `validate` found; null: it was not asked. */
  readonly problems: Validation['problems'] | null
}

/**
 * Accepts a job: it is durable when this resolves. With the key of an earlier request it gives that one's job. Who waits
 * gets the job as it is at its end, or when the time is up.
 *
 * Throws a `ProblemError`: `invalid-definition`, `forbidden` for tags that the caller does not hold, `job-exists`,
 * `idempotency-conflict`, `too-many-requests` at a bound of the tenant, `unavailable` at that of all or while draining;
 * and passes on what the database says when it is away: the job may then be there all the same.
 */
export function submitJob(deps: SubmitDeps, caller: Caller, request: SubmitRequest): Promise<AcceptedJob> {
  return judgeAndAccept(deps, caller, request).then(whenAwaited(deps, caller, request.wait))
}

/**
 * What gives an accepted job as it is at its end, or when the time is up, where somebody waits. It is a function of its own,
 * which is given nothing large: definitions of many may be megabytes.
 */
export function whenAwaited(
  deps: SubmitDeps,
  caller: Caller,
  wait: WaitRequest | null,
): (accepted: AcceptedJob) => AcceptedJob | Promise<AcceptedJob> {
  return (accepted) => {
    const { job, ...rest } = accepted
    if (wait === null || wait.seconds <= 0 || job.finished_at !== null) return accepted
    return atItsEnd(job.id, rest, wait, deps, caller)
  }
}

async function atItsEnd(
  id: string,
  rest: Omit<AcceptedJob, 'job'>,
  wait: WaitRequest,
  deps: SubmitDeps,
  caller: Caller,
): Promise<AcceptedJob> {
  await waitForEnd(deps, caller, id, wait)
  return { ...rest, job: await renderJob(deps, await findJob(deps.database, caller.tenant, id)) }
}

async function judgeAndAccept(deps: SubmitDeps, caller: Caller, request: SubmitRequest): Promise<AcceptedJob> {
  const { validate = null } = request
  const problems = validate === null ? null : await problemsOf(deps, caller, request.definition, validate)
  return { ...(await acceptOrReplay(deps, caller, request)), problems }
}

/** Throws `invalid-definition` with all problems where a definition that must fail is to be refused. */
async function problemsOf(
  deps: Pick<ServiceDeps, 'versions' | 'registry' | 'rules' | 'shelf'>,
  caller: Caller,
  definition: unknown,
  mode: 'refuse' | 'warn',
): Promise<Validation['problems']> {
  const { valid, problems } = await validateJob(deps, caller, definition)
  if (valid || mode === 'warn') return problems
  const first = problems.find(({ severity }) => severity === 'error')
  const detail = first === undefined ? 'a step must fail' : `${first.pointer || 'the body'}: ${first.detail}`
  throw new ProblemError('invalid-definition', detail, { errors: problems })
}

async function acceptOrReplay(
  deps: SubmitDeps,
  caller: Caller,
  request: SubmitRequest,
): Promise<Omit<AcceptedJob, 'problems'>> {
  const { definition, text, idempotencyKey, keyStandsFor = definition, madeBy = null, isLogged = false } = request
  requireScope(caller, madeBy?.schedule === undefined ? 'jobs:write' : 'schedules:write')
  const idempotency = idempotencyOrNull(idempotencyKey, keyStandsFor)
  try {
    const prepared = await prepareJob(deps, caller, definition, text, madeBy)
    return await acceptPrepared(deps, caller, { ...prepared, idempotency, isLogged })
  } catch (error) {
    // A definition may be another now, or gone: the repeat of a request has that one's job all the same.
    const isRefused = error instanceof ProblemError && error.slug === 'invalid-definition'
    if (!isRefused || idempotency === null || !namesDefinition(definition)) throw error
    if (!(await isRepeat(deps.database, caller.tenant, idempotency))) throw error
    return { job: await replay(deps, { tenant: caller.tenant, id: '' }, idempotency), replayed: true }
  }
}

/** A job that was checked, and what makes its repeat safe. */
export type CheckedJob = PreparedJob & {
  readonly idempotency: Idempotency | null
  /** What it goes on from, of another job. */
  readonly takenOver?: TakenOver
  /** As in the request. */
  readonly isLogged?: boolean
}

/** Accepts a job that was checked; with the key of an earlier request it gives that one's job. */
export async function acceptPrepared(
  deps: SubmitDeps,
  caller: Caller,
  checked: CheckedJob,
): Promise<Omit<AcceptedJob, 'problems'>> {
  const { idempotency, takenOver } = checked
  const made = submissionOf(caller, checked, idempotency, deps)
  const submission = takenOver === undefined ? made : { ...made, takenOver }
  const submitted = await orReplay(deps.database, submission, acceptSubmission(submission, caller, deps))
  if (submitted.kind === 'accepted') return { job: renderSubmitted(submitted, deps.executor.now()), replayed: false }
  if (submitted.kind === 'id-taken' || idempotency === null) {
    throw new ProblemError('job-exists', `there is a job ${submission.id} already`)
  }
  return { job: await replay(deps, submission, idempotency), replayed: true }
}

/** A caller's key with what it stands for; null without one. */
export function idempotencyOrNull(key: string | null, asked: unknown): Idempotency | null {
  return key === null ? null : idempotencyOf(key, asked)
}

function renderSubmitted({ job, entries }: Extract<Submitted, { kind: 'accepted' }>, now: number): JobWire {
  const tree = new JobTree(job.definition, treeEntriesOfRun(entries))
  if (job.currentStep !== null && job.startedAt !== null) tree.takeCurrent(job.currentStep, job.startedAt, null)
  return jobWithStepsToWire(job, tree, now)
}
