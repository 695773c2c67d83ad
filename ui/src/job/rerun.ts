import { service } from '../service.ts'

/** Runs a job again, whole or from a step; gives the new job. */
export async function rerun(id: string, body: object): Promise<{ id: string }> {
  return await service.request('POST', `/v1/jobs/${encodeURIComponent(id)}/rerun`, { body, idempotencyKey: true })
}
