import type { StoredFailure } from './failure.ts'
import type { JobState } from './jobState.ts'

/** Where a page ends. */
export type ListCursor = { readonly createdAt: number; readonly id: string }

/** What the list can be asked for; all that is given must hold, of several values any. Moments are in milliseconds, and exclusive. */
export type JobFilters = {
  readonly states?: readonly string[]
  readonly name?: string
  /** Names of definitions. */
  readonly definitions?: readonly string[]
  /** What the id begins with. */
  readonly idPrefix?: string
  /** Actions and types of errors of the step that explains a failure. */
  readonly failedActions?: readonly string[]
  readonly failedTypes?: readonly string[]
  /** Ids of keys. */
  readonly createdBy?: readonly string[]
  readonly createdAfter?: number
  readonly createdBefore?: number
  readonly finishedAfter?: number
  readonly finishedBefore?: number
  /** Of each at least one must be among the job's labels: `tag:NAME`, `metadata:KEY=VALUE`, … (src/wire/labels.ts). */
  readonly labels: readonly (readonly string[])[]
}

/** A page of the list of jobs: which of them, in which order, behind which. */
export type JobQuery = {
  readonly tenant: string
  readonly filters: JobFilters
  /** By the moment at which jobs were accepted. */
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly after: ListCursor | null
}

/** A job as the list shows it. `labels` holds its tags, metadata and limits; null: none. */
export type JobSummaryRow = StoredFailure & {
  readonly id: string
  readonly name: string | null
  readonly state: JobState
  readonly createdAt: Date
  readonly scheduledFor: Date | null
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly createdBy: string | null
  readonly takeovers: number
  readonly currentStep: string | null
  readonly labels: JobLabels | null
  /** Null where the job brought its own steps. */
  readonly definitionName: string | null
  readonly definitionVersion: number | null
}

/** What jobs are found by, beside their columns, and the bound on their steps; so that the list reads no definition. */
export type JobLabels = {
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly step_limit: number | null
  /** Left out where no schedule made the job. */
  readonly schedule?: string
  /** Left out where it is no child. */
  readonly parent?: { readonly job_id: string; readonly step: string }
  /** Left out where it runs no other job again. */
  readonly rerun_of?: string
  readonly block_limit_overrides: Readonly<Record<string, number | null>>
}

/** A page of the list; it may be shorter than was asked for: only `next` null is the end. */
export type JobPage = { readonly jobs: readonly JobSummaryRow[]; readonly next: ListCursor | null }
