import { ConduitProblem } from '@conduit-jobs/client'
import { service } from '../service.ts'
import type { JobView, StepView } from '../wire.ts'

/** The definition as posted; where the service does not give it back, what its job and steps say of it. */
export async function definitionOf(job: JobView): Promise<object> {
  try {
    return await service.request('GET', `/v1/jobs/${encodeURIComponent(job.id)}/definition`)
  } catch (error) {
    if (!(error instanceof ConduitProblem) || error.status !== 404) throw error
  }
  const { steps = [] } = (await service.jobs.get(job.id)) as JobView
  return {
    name: job.name,
    tags: job.tags,
    metadata: job.metadata,
    local_values: job.local_values,
    steps: steps.map(({ id, action, parameters, forced, if: condition }: StepView) => ({
      id,
      action,
      parameters,
      ...(forced ? { forced } : {}),
      ...(condition === null ? {} : { if: condition }),
    })),
  }
}

/** The same to be posted once more: the id is taken by this job, another is given. */
export async function postableOf(job: JobView): Promise<object> {
  const { id: _taken, ...rest } = (await definitionOf(job)) as { id?: string }
  return rest
}
