import type { JobSummaryRow } from '../store/jobs/jobList.ts'
import type { JobSummaryWire } from './job.ts'
import { errorOfStored } from './jobError.ts'

/** A row of the list as it stands on the wire. */
export function summaryRowToWire(row: JobSummaryRow): JobSummaryWire {
  const { labels, definitionName: name, definitionVersion: version } = row
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    success: row.finishedAt === null ? null : row.state === 'succeeded',
    failed_step: row.failed_step,
    error: errorOfStored(row),
    current_step: row.currentStep,
    tags: [...(labels?.tags ?? [])],
    metadata: labels?.metadata ?? {},
    definition: name === null || version === null ? null : { name, version },
    schedule: labels?.schedule ?? null,
    parent: labels?.parent ?? null,
    rerun_of: labels?.rerun_of ?? null,
    step_limit: labels?.step_limit ?? null,
    block_limit_overrides: labels?.block_limit_overrides ?? {},
    created_by: row.createdBy,
    takeovers: row.takeovers,
    created_at: row.createdAt.toISOString(),
    scheduled_for: row.scheduledFor?.toISOString() ?? null,
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  }
}
