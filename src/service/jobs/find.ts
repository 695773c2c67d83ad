import type { Database } from '../../store/client.ts'
import { type JobVersion, readJob, readVersion, type StoredJob } from '../../store/jobs/read.ts'
import { readSteps } from '../../store/journal/read.ts'
import type { JobWire } from '../../wire/job.ts'
import { jobToWire, jobWithStepsToWire, topEnds } from '../../wire/jobView.ts'
import { ProblemError } from '../../wire/problem.ts'
import { pathsOf, stepsOf, viewOfStored } from '../../wire/stored.ts'

const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/

/** Throws `not-found` for what can't be a job's id at all, before the database is asked. */
export function checkJobId(id: string): string {
  if (!JOB_ID.test(id)) throw noSuchJob(id)
  return id
}

export function noSuchJob(id: string): ProblemError {
  return new ProblemError('not-found', `there is no job ${id.slice(0, 100)}`)
}

/** A stored job. Throws `not-found`. */
export async function findJob(database: Database, tenant: string, id: string): Promise<StoredJob> {
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

/** A stored job as it stands on the wire, with its steps unless they are not wanted. */
export async function renderJob(database: Database, job: StoredJob, withSteps = true): Promise<JobWire> {
  const view = viewOfStored(job)
  if (!withSteps) return jobToWire(view)
  const steps = job.recorded === 0 ? [] : await readSteps(database, job, pathsOf(view.definition))
  return jobWithStepsToWire(view, topEnds(stepsOf(steps)))
}
