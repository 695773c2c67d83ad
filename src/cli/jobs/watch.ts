import type { Client, Job, JobEvent } from '@conduit-jobs/client'
import { between } from '../../terminal/moments.ts'
import { note, print, printJson } from '../../terminal/output.ts'
import { oneLine } from '../../terminal/table.ts'
import { explainJob, shownValue } from './explain.ts'

/** Shows a job's events as they come, until it is over; gives the job. With `json` each event is a line of JSON. */
export async function watchJob(client: Client, id: string, { json = false } = {}): Promise<Job> {
  for await (const event of client.jobs.events(id)) {
    if (json) print(JSON.stringify(event))
    else if (event.type === 'step.updated') print(lineOf(event))
  }
  const job = await client.jobs.get(id)
  if (!json) note(await explainJob(client, job))
  return job
}

/** Shows how a job that is over ended: its output for programs, why it failed for people. Gives whether it went well. */
export async function showEnd(client: Client, job: Job, json: boolean): Promise<boolean> {
  if (json) printJson(job)
  else if (job.output !== null) printJson(job.output)
  else print(job.state)
  if (job.success !== true && !json) note(await explainJob(client, job))
  return job.success === true
}

type StepUpdated = Extract<JobEvent, { type: 'step.updated' }>

function lineOf({ data: { step } }: StepUpdated): string {
  const took = between(step.started_at, step.finished_at)
  const value = shownValue(step)
  const shown = value.length > 120 ? `${value.slice(0, 119)}…` : value
  const attempt = step.attempt > 1 ? `attempt ${step.attempt}` : ''
  return oneLine(
    [step.path, step.action, step.status.name, attempt, took, shown].filter((part) => part !== '').join('  '),
  )
}
