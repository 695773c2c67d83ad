import type { Schedule, ScheduleInput } from '@conduit-jobs/client'
import { Command } from 'commander'
import { connect } from './connection.ts'
import { readDocument } from './files.ts'
import { ago } from '../terminal/moments.ts'
import { JSON_OPTION, note, print, printJson, printTable, type Shown } from '../terminal/output.ts'

/** `conduit schedules`: what makes jobs again and again. */
export function schedulesCommand(): Command {
  return new Command('schedules')
    .description('What makes jobs again and again.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(putCommand())
    .addCommand(removeCommand())
    .addCommand(triggerCommand())
    .addCommand(backfillCommand())
}

const COLUMNS = [
  { heading: 'NAME', flexible: true },
  { heading: 'WHEN', flexible: true },
  { heading: 'NEXT' },
  { heading: 'LAST JOB', flexible: true },
]

function listCommand(): Command {
  return new Command('list')
    .description('Shows schedules and when they fire next.')
    .option('--cursor <text>', 'the page after this one')
    .option(...JSON_OPTION)
    .action(async ({ json, cursor }: Shown & { cursor?: string }) => {
      const page = await (await connect()).schedules.list().page(cursor)
      if (json) return printJson(page)
      printTable(COLUMNS, page.data.map(rowOf), 'there are no schedules')
      if (page.next_cursor !== null) note(`more: conduit schedules list --cursor ${page.next_cursor}`)
    })
}

function rowOf({ name, cron, every, next_run_at, last_job_id }: Schedule): string[] {
  return [name, cron ?? `every ${every}`, next_run_at === null ? 'never' : ago(next_run_at), last_job_id ?? '']
}

function showCommand(): Command {
  return new Command('show')
    .description('Shows a schedule as it stands, with its next five firings.')
    .argument('<name>')
    .action(async (name: string) => printJson(await (await connect()).schedules.get(name)))
}

function putCommand(): Command {
  return new Command('put')
    .description('Writes a schedule from a file of JSON or YAML; - is standard input.')
    .argument('<name>')
    .argument('<file>')
    .option(...JSON_OPTION)
    .action(async (name: string, file: string, { json }: Shown) => {
      const input = (await readDocument(file)) as ScheduleInput
      const schedule = await (await connect()).schedules.put(name, input)
      if (json) printJson(schedule)
      else note(`the schedule ${name} is written; it fires next at ${schedule.next_run_at ?? 'no moment'}`)
    })
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Takes a schedule away; its jobs stay.')
    .argument('<name>')
    .action(async (name: string) => {
      await (await connect()).schedules.delete(name)
      note(`the schedule ${name} is gone`)
    })
}

function triggerCommand(): Command {
  return new Command('trigger')
    .description('Makes a job of a schedule now, and prints its id.')
    .argument('<name>')
    .option(...JSON_OPTION)
    .action(async (name: string, { json }: Shown) => {
      const job = await (await connect()).schedules.trigger(name)
      if (json) printJson(job)
      else print(job.id)
    })
}

type Span = Shown & { from: string; to: string; dryRun?: boolean }

function backfillCommand(): Command {
  return new Command('backfill')
    .description('Makes the firings of a span; those that are there are left as they are.')
    .argument('<name>')
    .requiredOption('--from <moment>', 'the first moment')
    .requiredOption('--to <moment>', 'behind the last')
    .option('--dry-run', 'only tells how many there are')
    .option(...JSON_OPTION)
    .action(async (name: string, { from, to, dryRun = false, json }: Span) => {
      const done = await (await connect()).schedules.backfill(name, { from, to, dry_run: dryRun })
      if (json) printJson(done)
      else note(`${done.count} firings: ${done.jobs.length} made, ${done.existing.length} were there`)
    })
}
