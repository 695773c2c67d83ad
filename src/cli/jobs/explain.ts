import type { Client, Job, Step } from '@conduit-jobs/client'
import { isObject } from '../../engine/values/json.ts'
import { oneLine } from '../../terminal/table.ts'

/** Says in a sentence why a job stands where it stands: which step failed, which block, what it said; or what it waits for. */
export async function explainJob(client: Client, job: Job): Promise<string> {
  if (job.finished_at === null) return explainOpen(job)
  if (job.state === 'succeeded') return `job ${job.id} succeeded`
  if (job.failed_step === null) return `job ${job.id} was cancelled`
  const step = await client.jobs.step(job.id, job.failed_step)
  return `job ${job.id} ${job.state}: ${explainStep(step)}`
}

/** The failed step, its block and its error in one sentence. */
export function explainStep(step: Step): string {
  const value: unknown = step.return_value
  const { type, message } = isObject(value) ? value : {}
  const said = [type, message].filter((part) => typeof part === 'string' && part !== '').join(': ')
  return oneLine(`step ${step.path} (${step.action}) ended ${step.status.name}${said === '' ? '' : `: ${said}`}`)
}

function explainOpen(job: Job): string {
  const at = job.current_step === null ? '' : ` at step ${job.current_step}`
  return `job ${job.id} is ${job.state}${at}`
}
