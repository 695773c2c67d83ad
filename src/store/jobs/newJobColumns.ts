import type { GivenColumn } from '../givenRows.ts'
import type { JournalRow } from '../journal/rows.ts'
import { writeFailure } from './failure.ts'
import type { BegunProgress, FinishedProgress, NewJob } from './newJob.ts'

/** A new job as statements are given it: how far it is, and what of its journal goes where. */
export type GivenJob = {
  readonly job: NewJob
  /** Null: nobody has begun it. */
  readonly begun: BegunProgress | FinishedProgress | null
  /** Null: it is not over. */
  readonly over: FinishedProgress | null
  /** The last seq that is told. */
  readonly lastSeq: number
  /** The entries that its own row holds, as JSON text; null: none. */
  readonly entries: string | null
  /** Its rows of the journal. */
  readonly rows: readonly JournalRow[]
}

/** What every job has when it is accepted. A new column of all jobs is a line here. */
export const NEW_JOB_COLUMNS: readonly GivenColumn<GivenJob>[] = [
  ['id', 'text', ({ job }) => job.id],
  ['tenant', 'text', ({ job }) => job.tenant],
  ['created_at', 'moment', ({ job }) => job.createdAt],
  ['name', 'text', ({ job }) => job.name],
  ['nonce', 'uuid', ({ job }) => job.nonce],
  ['definition', 'json', ({ job }) => job.definition],
  ['checks', 'json', ({ job }) => job.checks],
  ['definition_name', 'text', ({ job }) => job.of?.name ?? null],
  ['definition_version', 'int', ({ job }) => job.of?.version ?? null],
]

/** Who posted it. A child has its parent's. */
export const CREATED_BY: GivenColumn<GivenJob> = ['created_by', 'text', ({ job }) => job.createdBy]

/** What a job has once it began. */
export const BEGUN_COLUMNS: readonly GivenColumn<GivenJob>[] = [
  ['started_at', 'moment', ({ begun }) => begun?.startedAt ?? null],
  ['last_seq', 'int', ({ lastSeq }) => lastSeq],
  ['failed_seq', 'int', ({ begun }) => begun?.failed?.seq ?? null],
  ['failed_step', 'text', ({ begun }) => begun?.failed?.path ?? null],
]

/** The failed step that explains it: `failureFrom` makes columns of it. */
export const FAILURE: GivenColumn<GivenJob> = ['failure', 'text', ({ begun }) => writeFailure(begun?.failed?.failure)]

/** Where it stands: a state of a job, or `held-back`. */
export const STATE: GivenColumn<GivenJob> = ['state', 'text', ({ job }) => job.progress.state]

/** How many rows of the journal it has. */
export const JOURNAL_ROWS: GivenColumn<GivenJob> = ['journal_rows', 'int', ({ rows }) => rows.length]

/** The step with effects that begins as soon as it is committed. */
export const CURRENT_STEP: GivenColumn<GivenJob> = [
  'current_step',
  'text',
  ({ job: { progress } }) => (progress.state === 'running' ? progress.currentStep : null),
]

/** What a job has at its end. */
export const END_COLUMNS: readonly GivenColumn<GivenJob>[] = [
  ['finished_at', 'moment', ({ over }) => over?.finishedAt ?? null],
  ['variables', 'json', ({ over }) => over?.variables ?? null],
  ['output', 'json', ({ over }) => over?.output ?? null],
  ['output_omitted', 'bool', ({ over }) => over?.outputOmitted ?? false],
  ['entries', 'json', ({ entries }) => entries],
]
