import { storedJson } from '../../engine/values/storedJson.ts'
import type { Database } from '../client.ts'
import type { JobLabels } from './jobList.ts'

/** What of a job stands in columns beside its definition. */
export type LabelsOfJob = {
  readonly name: string | null
  readonly labels: JobLabels | null
  /** Null where the job brought its own steps. */
  readonly definitionName: string | null
  readonly definitionVersion: number | null
}

/** What is known of a job without its definition; null: it is gone. By primary key. */
export function readLabels(database: Database, tenant: string, id: string): Promise<LabelsOfJob | null> {
  return database.models('job-labels', async (client) => {
    const select = { name: true, definitionName: true, definitionVersion: true, labels: true } as const
    const row = await client.job.findUnique({ where: { id_tenant: { id, tenant } }, select })
    return row === null ? null : { ...row, labels: LABELS.read(JSON.stringify(row.labels)) }
  })
}

const LABELS = storedJson<JobLabels | null>()
