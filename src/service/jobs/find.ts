import { isJobId } from '../../engine/values/jobId.ts'
import type { Definition } from '../../engine/definition.ts'
import { readingStored, StoredUnreadable } from '../../engine/values/unreadable.ts'
import { OneAtATime } from '../../process/oneAtATime.ts'
import { turns } from '../../process/turns.ts'
import type { Database } from '../../store/client.ts'
import { type JobVersion, type ReadJob, readJob, readVersion } from '../../store/jobs/read.ts'
import { readLabels } from '../../store/jobs/labels.ts'
import { readSteps } from '../../store/journal/read.ts'
import { damagedJobToWire } from '../../wire/damagedJob.ts'
import type { JobWire } from '../../wire/job.ts'
import { JobTree } from '../../wire/jobTree.ts'
import { jobToWire, jobWithStepsToWire, nextPauseEnd } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import type { ServiceDeps } from '../deps.ts'
import { pathsOf, treeEntriesOf, viewOfStored } from '../../wire/stored.ts'
import { storedJson } from '../../engine/values/storedJson.ts'
import type { Progress } from '../../engine/block.ts'

/** Throws `not-found` for what can't be a job's id at all, before the database is asked. */
export function checkJobId(id: string): string {
  if (!isJobId(id)) throw noSuchJob(id)
  return id
}

/** The problem of a job that the caller has not. */
export function noSuchJob(id: string): ProblemError {
  return new ProblemError('not-found', `there is no job ${id.slice(0, 100)}`)
}

/** A stored job. Throws `not-found`. */
export async function findJob(database: Database, tenant: string, id: string): Promise<ReadJob> {
  const job = await readJob(database, tenant, checkJobId(id))
  if (job === null) throw noSuchJob(id)
  return job
}

/** Which version of a job is stored. Throws `not-found`. */
export async function findVersion(database: Database, tenant: string, id: string): Promise<JobVersion> {
  const version = await readVersion(database, tenant, checkJobId(id))
  if (version === null) throw noSuchJob(id)
  return version
}

/**
 * A stored job as it stands on the wire, with its steps unless they are not wanted. Of one that was damaged all that is
 * known beside its definition and its journal.
 *
 * @param admit asked before a large one is rendered, when it is its turn
 */
export async function renderDatedJob(
  deps: Pick<ServiceDeps, 'database' | 'versions'>,
  job: ReadJob,
  withSteps = true,
  admit: () => void = () => undefined,
): Promise<DatedJob> {
  try {
    return await renderWhole(deps, job, withSteps, admit)
  } catch (error) {
    if (!(error instanceof StoredUnreadable)) throw error
    const known = damagedJobToWire(job, await readLabels(deps.database, job.tenant, job.id), withSteps)
    return { job: known, changesAt: null }
  }
}

/** A job as it is shown, and when it will be shown otherwise by time alone; null: never. */
export type DatedJob = { readonly job: JobWire; readonly changesAt: number | null }

/** The same without that moment, whole. */
export async function renderJob(deps: Pick<ServiceDeps, 'database' | 'versions'>, job: ReadJob): Promise<JobWire> {
  return (await renderDatedJob(deps, job)).job
}

async function renderWhole(
  { database, versions }: Pick<ServiceDeps, 'database' | 'versions'>,
  job: ReadJob,
  withSteps: boolean,
  admit: () => void,
): Promise<DatedJob> {
  if (job.definition.length + (job.variables?.length ?? 0) > LONG && !turns.hasTime()) await turns.next(job.tenant)
  const { definition } = await versions.read(job)
  const view = readingStored(() => viewOfStored(job, definition))
  if (!withSteps) return { job: jobToWire(view), changesAt: null }
  const render = async (): Promise<DatedJob> => {
    const tree = await readTree(database, job, definition, null)
    const changesAt = job.finished_at === null ? nextPauseEnd(tree, job.read_at) : null
    return { job: readingStored(() => jobWithStepsToWire(view, tree, job.read_at)), changesAt }
  }
  if (job.packed_bytes < LARGE) return render()
  return large.do(() => {
    admit()
    return render()
  })
}

/** Texts of so many characters take so long to look at that they wait for their turn. */
const LONG = 16 * 1024

/**
 * From here on, packed as on disk, a job may be tens of megabytes as values: no two are made into an answer at once, and
 * large values are read while it is sent.
 */
const LARGE = 32 * 1024
const large = new OneAtATime()

const PROGRESS = storedJson<Readonly<Record<string, Progress>>>()

/** The steps of a stored job, and how far those that run are. @param wanted the paths of those that are to be whole; null: all */
export async function readTree(
  database: Database,
  job: ReadJob,
  definition: Definition,
  wanted: readonly string[] | null,
): Promise<JobTree> {
  if (job.started_at === null && job.recorded === 0) return new JobTree(definition)
  const values = job.packed_bytes < LARGE ? 'whole' : 'later'
  const entries = await readSteps(database, job, pathsOf(definition), wanted, values)
  return readingStored(() => {
    const tree = new JobTree(definition, treeEntriesOf(entries))
    const now = job.state === 'running' ? job.read_at : null
    if (job.current_step !== null && job.started_at !== null) tree.takeCurrent(job.current_step, job.started_at, now)
    if (job.progress !== null) tree.takeProgress(PROGRESS.read(job.progress))
    return tree
  })
}
