import { type Page, readCursor, writeCursor } from '../../wire/cursor.ts'
import type { StepWire } from '../../wire/job.ts'
import type { JobTree, TreeStep } from '../../wire/jobTree.ts'
import { treeStepToWire } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { type Caller, requireScope } from '../caller.ts'
import type { ServiceDeps } from '../deps.ts'
import { findJob, readTree } from './find.ts'

/** Which steps of which job are wanted, and which page of them. */
export type StepsRequest = {
  readonly id: string
  /** Left out: the job's own steps. A path: those right below that step. `*`: all. */
  readonly parent?: string | undefined
  /** 1 to 200, default 50. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/**
 * A page of a job's steps: in the order in which they are written, and their rounds began; all of them in the order in which
 * they ended, those that are not over last. Throws `not-found`, also for a step that did not begin, and
 * `malformed-request` for no cursor of ours.
 */
export async function listSteps(
  { database, versions }: Pick<ServiceDeps, 'database' | 'versions'>,
  caller: Caller,
  { id, parent, limit = 50, cursor }: StepsRequest,
): Promise<Page<StepWire>> {
  requireScope(caller, 'jobs:read')
  const [after] = cursor === undefined ? [0] : readCursor(cursor, isPosition)
  if (parent !== undefined) refuseUnheard(parent)
  const job = await findJob(database, caller.tenant, id)
  const { definition } = await versions.read(job)
  const own = (): string[] => definition.steps.slice(after, after + limit).map((step) => step.id)
  const wanted = parent === '*' ? null : parent === undefined ? own() : [parent]
  const steps = stepsBelow(await readTree(database, job, definition, wanted), parent)
  const page = steps.slice(after, after + limit)
  const last = after + page.length
  return {
    data: page.map((step) => treeStepToWire(step, job.read_at)),
    next_cursor: last < steps.length ? writeCursor([last]) : null,
  }
}

/** The step with that path, however deep; where several have one id, the first. Throws `not-found`. */
export async function readStep(
  { database, versions }: Pick<ServiceDeps, 'database' | 'versions'>,
  caller: Caller,
  { id, path }: { readonly id: string; readonly path: string },
): Promise<StepWire> {
  requireScope(caller, 'jobs:read')
  refuseUnheard(path)
  const job = await findJob(database, caller.tenant, id)
  const { definition } = await versions.read(job)
  const tree = await readTree(database, job, definition, [path])
  return treeStepToWire(tree.at(path) ?? noSuchStep(path), job.read_at)
}

function stepsBelow(tree: JobTree, parent: string | undefined): readonly TreeStep[] {
  if (parent === undefined) return tree.top
  if (parent === '*') return tree.all().toSorted((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || 0)
  return (tree.at(parent) ?? noSuchStep(parent)).children
}

/** No step's path holds such characters, and the database takes no text that does. */
function refuseUnheard(path: string): void {
  if (path.includes('\0') || !path.isWellFormed()) noSuchStep(path)
}

function noSuchStep(path: string): never {
  throw new ProblemError('not-found', `the job has no step ${path.slice(0, 128)}, or it did not begin`)
}

function isPosition(value: unknown): value is [number] {
  if (!Array.isArray(value) || value.length !== 1) return false
  const [position]: readonly unknown[] = value
  return Number.isSafeInteger(position) && Number(position) >= 0
}
