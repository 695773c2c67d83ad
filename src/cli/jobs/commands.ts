import type { JobSummary } from '@conduit-jobs/client'
import { Command } from 'commander'
import { CommandError, EXIT } from '../../admin/commandError.ts'
import { parseJsonText } from '../../engine/values/jsonText.ts'
import { ago, between } from '../../terminal/moments.ts'
import { JSON_OPTION, note, print, printJson, printTable, type Shown } from '../../terminal/output.ts'
import type { TableColumn } from '../../terminal/table.ts'
import { connect } from '../connection.ts'
import { explainJob, shownValue } from './explain.ts'
import { watchJob } from './watch.ts'

/** `conduit jobs`: what became of jobs, and what can be done with them. */
export function jobsCommand(): Command {
  return new Command('jobs')
    .description('What became of jobs.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(watchCommand())
    .addCommand(cancelCommand())
    .addCommand(rerunCommand())
    .addCommand(whyCommand())
}

type ListOptions = Shown & {
  state?: string
  name?: string
  tag?: string
  definition?: string
  schedule?: string
  actionFailed?: string
  errorType?: string
  createdAfter?: string
  createdBefore?: string
  metadata?: string[]
  limit: string
  cursor?: string
}

function listCommand(): Command {
  return new Command('list')
    .description('Shows jobs, newest first.')
    .option('--state <list>', 'in one of these states, by commas: failed,running')
    .option('--name <text>', 'of this name')
    .option('--tag <list>', 'with one of these tags')
    .option('--definition <list>', 'of one of these definitions')
    .option('--schedule <list>', 'of one of these schedules')
    .option('--action-failed <list>', 'whose failed step had one of these actions')
    .option('--error-type <list>', 'whose failed step ended with one of these types of error')
    .option('--created-after <moment>', 'as in RFC 3339, or a date')
    .option('--created-before <moment>', 'as in RFC 3339, or a date')
    .option('--metadata <key=value...>', 'with these labels')
    .option('--limit <n>', 'so many', '20')
    .option('--cursor <text>', 'the page after this one')
    .option(...JSON_OPTION)
    .action(async ({ json, metadata = [], limit, cursor, ...given }: ListOptions) => {
      const client = await connect()
      const { actionFailed, errorType, createdAfter, createdBefore, ...filters } = given
      const page = await client.jobs
        .list({
          ...filters,
          action_failed: actionFailed,
          error_type: errorType,
          created_after: createdAfter,
          created_before: createdBefore,
          limit: Number(limit),
          metadata: Object.fromEntries(metadata.map(splitPair)),
        })
        .page(cursor)
      if (json) return printJson(page)
      printTable(COLUMNS, page.data.map(rowOf), 'there are no such jobs')
      if (page.next_cursor !== null) note(`more: conduit jobs list --cursor ${page.next_cursor}`)
    })
}

const COLUMNS: readonly TableColumn[] = [
  { heading: 'ID', flexible: 'last' },
  { heading: 'NAME', flexible: true },
  { heading: 'STATE' },
  { heading: 'FAILED STEP', flexible: true },
  { heading: 'CREATED' },
  { heading: 'TOOK' },
]

function rowOf(job: JobSummary): string[] {
  const took = between(job.started_at, job.finished_at)
  return [job.id, job.name ?? '', job.state, job.failed_step ?? '', ago(job.created_at), took]
}

/** `key=value`, parted at the first `=`. @throws CommandError for what has none, or nothing before it */
export function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new CommandError(`${pair}: write key=value`, EXIT.usage)
  return [pair.slice(0, at), pair.slice(at + 1)]
}

function showCommand(): Command {
  return new Command('show')
    .description('Shows a job and its steps.')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action(async (id: string, { json }: Shown) => {
      const client = await connect()
      const job = await client.jobs.get(id)
      if (json) return printJson(job)
      print(await explainJob(client, job))
      const rows = (job.steps ?? []).map((step) => [
        step.path,
        step.action,
        step.status.name,
        between(step.started_at, step.finished_at),
        shownValue(step),
      ])
      printTable(STEP_COLUMNS, rows, 'the job has no steps')
      if (job.output !== null) print(`output ${JSON.stringify(job.output)}`)
    })
}

const STEP_COLUMNS = [
  { heading: 'STEP', flexible: true },
  { heading: 'ACTION' },
  { heading: 'STATUS' },
  { heading: 'TOOK' },
  { heading: 'VALUE', flexible: true },
]

function watchCommand(): Command {
  return new Command('watch')
    .description('Shows the events of a job until it is over; 1 if it failed.')
    .argument('<id>')
    .option('--json', 'a line of JSON an event')
    .action(async (id: string, { json = false }: Shown) => {
      const job = await watchJob(await connect(), id, { json })
      if (job.success !== true) process.exitCode = EXIT.failed
    })
}

function cancelCommand(): Command {
  return new Command('cancel')
    .description('Ends a job that is not over.')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action(async (id: string, { json }: Shown) => {
      const job = await (await connect()).jobs.cancel(id)
      if (json) printJson(job)
      else note(`job ${id} is being cancelled`)
    })
}

function rerunCommand(): Command {
  return new Command('rerun')
    .description('Posts a job that is over again: whole, or from a step on.')
    .argument('<id>')
    .option('--from <path>', 'from this step on, or "failed"; what came before is taken over')
    .option('--local <key=value...>', 'local values in place of those of then; JSON, or text', [])
    .option(...JSON_OPTION)
    .action(async (id: string, { from, local, json }: Shown & { from?: string; local: string[] }) => {
      const body = { from, ...(local.length > 0 ? { local_values: readLocals(local) } : {}) }
      const path = `/v1/jobs/${encodeURIComponent(id)}/rerun`
      const job = await (await connect()).request<JobSummary>('POST', path, { body, idempotencyKey: true })
      if (json) printJson(job)
      else print(job.id)
    })
}

/** `key=value` pairs; a value that is JSON is taken as that (a number that a double would change as text), any other as text. */
export function readLocals(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map(splitPair).map(([key, text]) => {
      try {
        return [key, parseJsonText(text)]
      } catch {
        return [key, text]
      }
    }),
  )
}

function whyCommand(): Command {
  return new Command('why')
    .description('Says in a sentence why a job failed, or what it waits for.')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action(async (id: string, { json }: Shown) => {
      const client = await connect()
      const job = await client.jobs.get(id)
      if (json) printJson(job)
      else print(await explainJob(client, job))
    })
}
