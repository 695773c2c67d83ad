import type { Definition } from '../../engine/definition.ts'
import type { Database } from '../../store/client.ts'
import type { StoredJob } from '../../store/jobs/read.ts'
import { readSteps, type WantedSteps } from '../../store/journal/read.ts'
import { type Page, readCursor, writeCursor } from '../../wire/cursor.ts'
import type { StepWire } from '../../wire/job.ts'
import { type StepEnds, stepToWire, topEnds } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { pathsOf, stepsOf, viewOfStored } from '../../wire/stored.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob } from './find.ts'

export type StepsRequest = {
  readonly id: string
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** A page of a job's steps, in order of position. Throws `not-found`, and `malformed-request` for no cursor of ours. */
export async function listSteps(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { id, limit = 50, cursor }: StepsRequest,
): Promise<Page<StepWire>> {
  requireScope(caller, 'jobs:read')
  const [after] = cursor === undefined ? [0] : readCursor(cursor, isPosition)
  const job = await findJob(database, caller.tenant, id)
  const { definition } = viewOfStored(job)
  const { steps } = definition
  const page = steps.slice(after, after + limit)
  const last = after + page.length
  const ends = await readEnds(database, job, definition, { paths: page.map((step) => step.id), after, upTo: last })
  return {
    data: page.map((step) => stepToWire({ definition: step, depth: 0, parts: 1 }, ends.get(step.position))),
    next_cursor: last < steps.length ? writeCursor([last]) : null,
  }
}

/** The step with that path; where several have one id, the first. Throws `not-found`. */
export async function readStep(
  { database }: Pick<ServiceDeps, 'database'>,
  caller: Caller,
  { id, path }: { readonly id: string; readonly path: string },
): Promise<StepWire> {
  requireScope(caller, 'jobs:read')
  const job = await findJob(database, caller.tenant, id)
  const { definition } = viewOfStored(job)
  const step = definition.steps.find((one) => one.id === path)
  if (step === undefined) throw new ProblemError('not-found', `the job has no step ${path.slice(0, 128)}`)
  const { position } = step
  const ends = await readEnds(database, job, definition, { paths: [path], after: position - 1, upTo: position })
  return stepToWire({ definition: step, depth: 0, parts: 1 }, ends.get(position))
}

async function readEnds(
  database: Database,
  job: StoredJob,
  definition: Definition,
  wanted: WantedSteps,
): Promise<StepEnds> {
  if (job.recorded === 0) return new Map()
  return topEnds(stepsOf(await readSteps(database, job, pathsOf(definition), wanted)))
}

/** Positions are 32-bit integers in the database. */
const MAX_POSITION = 2147483647

function isPosition(value: unknown): value is [number] {
  if (!Array.isArray(value) || value.length !== 1) return false
  const [position] = value as unknown[]
  return Number.isSafeInteger(position) && Number(position) >= 0 && Number(position) <= MAX_POSITION
}
