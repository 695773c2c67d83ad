import type { Client, Job, Step } from '@conduit-jobs/client'
import { isObject } from '../../engine/values/json.ts'
import { oneLine } from '../../terminal/table.ts'

type Waiting = NonNullable<Step['waiting']>

/** Says in a sentence why a job stands where it stands: which step failed, which block, what it said; or what it waits for. */
export async function explainJob(client: Client, job: Job): Promise<string> {
  if (job.finished_at === null) return explainOpen(client, job)
  if (job.state === 'succeeded') return `job ${job.id} succeeded`
  if (job.state === 'failed' && job.failed_step === null && job.error !== null) {
    return oneLine(`job ${job.id} failed: ${job.error.message ?? ''}`)
  }
  if (job.failed_step === null) return `job ${job.id} was cancelled`
  const step = await client.jobs.step(job.id, job.failed_step)
  return `job ${job.id} ${job.state}: ${explainStep(step)}`
}

/** The failed step, its block and its error in one sentence. */
function explainStep(step: Step): string {
  const said = errorOf(step.return_value) ?? ''
  return oneLine(`step ${step.path} (${step.action}) ended ${step.status.name}${said === '' ? '' : `: ${said}`}`)
}

/** What a step gave, as JSON; of one that failed what its error says. Empty where it gave nothing. */
export function shownValue({ status, return_value: value }: Step): string {
  if (value === null && status.name !== 'DONE') return ''
  const error = status.name === 'DONE' ? null : errorOf(value)
  return error ?? JSON.stringify(value)
}

/** What an error says, with its type; null for a value that is no error. */
function errorOf(value: unknown): string | null {
  const { type, message } = isObject(value) ? value : {}
  return typeof type === 'string' && typeof message === 'string'
    ? [type, message].filter((part) => part !== '').join(': ')
    : null
}

async function explainOpen(client: Client, job: Job): Promise<string> {
  if (job.state === 'scheduled') return `job ${job.id} is scheduled for ${job.scheduled_for ?? 'later'}`
  if (job.current_step === null) return `job ${job.id} is ${job.state}`
  const { waiting, action } = await client.jobs.step(job.id, job.current_step)
  const at = `job ${job.id} is ${job.state} at step ${job.current_step} (${action})`
  return oneLine(waiting === null ? at : `${at}: ${explainWaiting(waiting)}`)
}

function explainWaiting({ kind, since, until, name, title, to, job_id: child }: Waiting): string {
  const whom = to == null ? '' : ` by ${to}`
  const what = {
    ask: title == null ? `for an answer${whom}` : `for an answer to “${title}”${whom}`,
    signal: `for the signal ${name}`,
    job: `for the job ${child}`,
    retry: 'before it is tried again',
    sleep: 'asleep',
    every: 'for the next round',
  }[kind]
  return `${what ?? `for ${kind}`} since ${since}, ${until === null ? 'without an end' : `until ${until}`}`
}
