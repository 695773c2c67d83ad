import type { Definition } from '../engine/definition.ts'
import type { ReadJob } from '../store/jobs/read.ts'
import type { LabelsOfJob } from '../store/jobs/labels.ts'
import type { JobWire } from './job.ts'
import { jobToWire } from './jobView.ts'
import { readDefinition } from './readDefinition.ts'
import { viewOfStored } from './stored.ts'

/** What of a job stands nowhere but in what can't be read. */
const LOST = ['title', 'description', 'variables', 'local_values', 'output']

/** A job whose definition or journal can't be read: all that its columns say of it. */
export function damagedJobToWire(job: ReadJob, known: LabelsOfJob | null, withSteps: boolean): JobWire {
  const view = viewOfStored({ ...job, variables: null, output: null }, knownDefinition(known))
  const shown = jobToWire(view)
  return withSteps ? { ...shown, omitted: [...LOST, 'steps'], steps: [] } : { ...shown, omitted: LOST }
}

function knownDefinition(known: LabelsOfJob | null): Definition {
  const { name = null, labels, definitionName: of = null, definitionVersion: version = null } = known ?? {}
  const parent = labels?.parent
  return {
    ...readDefinition({ steps: [] }),
    of: of === null || version === null ? null : { name: of, version },
    name,
    tags: labels?.tags ?? [],
    metadata: labels?.metadata ?? {},
    schedule: labels?.schedule ?? null,
    parent: parent === undefined ? null : { jobId: parent.job_id, step: parent.step, depth: 0 },
    rerunOf: labels?.rerun_of ?? null,
    stepLimit: labels?.step_limit ?? null,
    blockLimitOverrides: labels?.block_limit_overrides ?? {},
  }
}
