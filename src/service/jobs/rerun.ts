import { planJob, type Plan } from '../../engine/plan/plan.ts'
import type { From } from '../../engine/rerun/cut.ts'
import { takeOver, type TakenOver } from '../../engine/rerun/takeOver.ts'
import type { Entry } from '../../engine/run/entry.ts'
import type { Registry } from '../../engine/registeredBlock.ts'
import { valueAt } from '../../engine/secrets/inputs.ts'
import { isFailure } from '../../engine/status.ts'
import { isObject, type JsonObject } from '../../engine/values/json.ts'
import type { ReadJob, StoredJob } from '../../store/jobs/read.ts'
import { readJournal } from '../../store/journal/read.ts'
import { openCallbacks } from '../../webhooks/storedCallbacks.ts'
import { writtenAt } from '../../wire/changeSteps.ts'
import { type JobOrigin, ORIGIN_FIELD, originOf, postedByName } from '../../wire/origin.ts'
import { ProblemError } from '../../wire/problem.ts'
import { invalidRerun, parseRerun, type RerunInput } from '../../wire/rerun.ts'
import { entryOfStored, pathsOf } from '../../wire/stored.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob } from './find.ts'
import { type PreparedJob, prepareJob } from './prepare.ts'
import { needed, withoutInputs } from './secretInputs.ts'
import { type AcceptedJob, acceptPrepared, idempotencyOrNull, type SubmitDeps, whenAwaited } from './submit.ts'
import type { WaitRequest } from './wait.ts'
import { readingStored } from '../../engine/values/unreadable.ts'
import { parseObject } from '../../engine/values/parseJson.ts'

/** A job that is to run again. */
export type RerunRequest = {
  readonly id: string
  /** Parsed JSON: from which step, and with what changed; null: the whole, as it was. */
  readonly asked: unknown
  /** Makes a repeat safe for 24 hours; null: none. */
  readonly idempotencyKey: string | null
  /** Whether to wait for the end of the new job; null: no. */
  readonly wait: WaitRequest | null
}

/**
 * Makes a new job of one that is over: the whole, or from a step, with what was recorded before it taken over, so that no
 * effect before it is repeated. Who waits gets it as it is at its end, or when the time is up. Throws `not-found`,
 * `job-not-finished`, and what `submitJob` throws.
 */
export function rerunJob(
  deps: SubmitDeps & Pick<ServiceDeps, 'now'>,
  caller: Caller,
  request: RerunRequest,
): Promise<AcceptedJob> {
  return acceptAgain(deps, caller, request).then(whenAwaited(deps, caller, request.wait))
}

async function acceptAgain(
  deps: SubmitDeps & Pick<ServiceDeps, 'now'>,
  caller: Caller,
  { id, asked: body, idempotencyKey }: RerunRequest,
): Promise<AcceptedJob> {
  requireScope(caller, 'jobs:write')
  const asked = parseRerun(body)
  const job = await findJob(deps.database, caller.tenant, id)
  if (job.finished_at === null) throw new ProblemError('job-not-finished', `the job ${id} is not over`)
  const stored = readingStored(() => parseObject(job.definition))
  const origin = originOf(stored)
  const changes = changesOf(origin, asked)
  const posted = postedAgain(job, stored, origin, asked, deps)
  const secretPointers = origin.secretInputs ?? []
  const prepared = await prepareJob(deps, caller, posted, null, { rerunOf: id, changes, secretPointers })
  const takenOver = await takenOverBy(deps, job, prepared, asked)
  const idempotency = idempotencyOrNull(idempotencyKey, { rerun_of: id, ...asked })
  const again = { ...prepared, idempotency, ...(takenOver === null ? {} : { takenOver }) }
  return { ...(await acceptPrepared(deps, caller, again)), problems: null }
}

/** What the definition is changed by; a job that ran again itself keeps its own changes, unless its version changes. */
function changesOf({ definition, rerun }: JobOrigin, { from, steps = {}, variables = {}, version }: RerunInput) {
  const keeps = definition !== null && version == null
  const parameters = Object.entries(steps).map(([path, step]) => [path, step.parameters] as const)
  return {
    steps: { ...(keeps ? rerun?.changes.steps : {}), ...Object.fromEntries(parameters) },
    variables: {
      ...(keeps ? rerun?.changes.variables : {}),
      // Those of then take them, where the run goes on from a step.
      ...(from == null ? variables : {}),
    },
  }
}

/** What is posted anew: the job as it was, under an id of its own, with its local values changed. */
function postedAgain(
  job: ReadJob,
  stored: JsonObject,
  { definition, secretInputs = [] }: JobOrigin,
  { id, version, local_values: localValues = {} }: RerunInput,
  { secrets }: Pick<ServiceDeps, 'secrets'>,
): JsonObject {
  if (version != null && definition === null) {
    throw invalidRerun([{ pointer: '/version', detail: 'is only for a job that names its definition' }])
  }
  const before = definition === null ? stored : postedByName(definition)
  const { id: _id, run_at: _runAt, delay: _delay, [ORIGIN_FIELD]: _origin, ...posted } = before
  const { local_values: known } = withoutInputs(posted, secretInputs)
  const values = { ...(isObject(known) ? known : {}), ...localValues }
  const missing = secretInputs.filter((pointer) => valueAt(values, pointer) === null)
  if (missing.length > 0) throw needed(missing, 'is secret, so it was not kept; it is needed again')
  return {
    ...posted,
    ...openCallbacks(job.tenant, job.id, job.callbacks, secrets),
    ...(id === undefined ? {} : { id }),
    ...(definition === null ? {} : { version: version ?? definition.version }),
    local_values: values,
  }
}

async function takenOverBy(
  { database, versions, registry, now }: Pick<ServiceDeps, 'database' | 'versions' | 'registry' | 'now'>,
  job: StoredJob,
  prepared: PreparedJob,
  { from, variables = {}, version }: RerunInput,
): Promise<TakenOver | null> {
  if (from == null) return null
  const { definition: before } = await versions.read(job)
  const entries = (await readJournal(database, job, pathsOf(before))).entries.map(entryOfStored)
  const at = fromOf(job, entries, from, writtenOf(prepared))
  const moved = version != null && version !== before.of?.version
  const change = { variables: variables, now: now(), moved }
  const taken = takeOver(planOf(prepared, registry), entries, at, change)
  if ('entries' in taken) return taken
  if ('unreached' in taken) throw refused(`the job never came to ${taken.unreached}`)
  throw invalidRerun([{ pointer: '/version', detail: `has no place for what is on record of ${taken.unplaced}` }])
}

function planOf({ job: { definition }, version }: PreparedJob, registry: Registry): Plan {
  return version?.plan(definition, registry, version.checks(registry, null)) ?? planJob(definition, registry)
}

function writtenOf({ text, version }: PreparedJob): JsonObject {
  return version?.named.job ?? parseObject(text)
}

/** The step that is meant, and its record. */
function fromOf(job: StoredJob, entries: readonly Entry[], from: string, written: JsonObject): From {
  if (from !== 'failed') {
    if (writtenAt(written, from) === null) throw refused('is the path of no step')
    return { path: from, record: entries.findIndex((entry) => entry.kind === 'step' && entry.path === from) }
  }
  const { failed_step: path } = job
  if (path === null) throw refused('no step of this job failed')
  const record = entries.findLastIndex(
    (entry) => entry.kind === 'step' && entry.path === path && isFailure(entry.status),
  )
  return { path, record }
}

function refused(detail: string): ProblemError {
  return invalidRerun([{ pointer: '/from', detail }])
}
