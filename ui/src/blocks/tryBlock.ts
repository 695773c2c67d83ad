import { type Block, ConduitProblem } from '@conduit-jobs/client'
import { service } from '../service.ts'
import type { JobView } from '../wire.ts'

/** Runs one block with these parameters: in the dry run, which records nothing; a service without one makes a job. */
export async function tryBlock(block: Block, parameters: unknown): Promise<{ status: string; value: unknown }> {
  const definition = {
    name: `try ${block.action}`,
    tags: [...block.tags],
    steps: [{ action: block.action, parameters: parameters as Record<string, unknown> }],
  }
  const job = await service
    .request<JobView>('POST', '/v1/jobs/dry-run', { body: definition })
    .catch(async (error: unknown) => {
      if (!(error instanceof ConduitProblem) || ![404, 405].includes(error.status)) throw error
      return (await service.jobs.submit(definition, { wait: 20 })) as JobView
    })
  const step = job.steps?.[0]
  return { status: step?.status.name ?? 'NONE', value: step?.return_value ?? null }
}
