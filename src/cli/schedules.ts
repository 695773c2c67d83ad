import type { Schedule, ScheduleInput } from '@conduit-jobs/client'
import { Command } from 'commander'
import { connect } from './connection.ts'
import { readDocument } from './files.ts'
import { ago } from '../terminal/moments.ts'
import { oneLine } from '../terminal/table.ts'
import { JSON_OPTION, note, print, printJson, printTable, type Shown } from '../terminal/output.ts'

/** `conduit schedules`: what makes jobs again and again. */
export function schedulesCommand(): Command {
  return new Command('schedules')
    .description('What makes jobs again and again.')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(putCommand())
    .addCommand(switchCommand('pause', 'Lets a schedule fire no more until it is resumed; all else of it stays.'))
    .addCommand(
      switchCommand(
        'resume',
        'Lets a schedule that is paused fire again, from its next moment. One that stopped by itself is put again.',
      ),
    )
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

function rowOf(schedule: Schedule): string[] {
  const { name, next_run_at: next, last_job_id: lastJob } = schedule
  return [name, whenOf(schedule), next === null ? 'never' : ago(next), lastJob ?? '']
}

function whenOf({ cron, every }: Schedule): string {
  return cron ?? `every ${every}`
}

function showCommand(): Command {
  return new Command('show')
    .description('Shows a schedule as it stands, with its next five firings.')
    .argument('<name>')
    .option(...JSON_OPTION)
    .action(async (name: string, { json }: Shown) => {
      const schedule = await (await connect()).schedules.get(name)
      if (json) printJson(schedule)
      else for (const [what, text] of factsOf(schedule)) print(oneLine(`${what.padEnd(10)}${text}`))
    })
}

/** A schedule in lines for people: each a word and what stands for it. */
function factsOf(schedule: Schedule): [string, string][] {
  const { timezone, enabled, stopped_reason: stopped, overlap, catch_up, upcoming, last_job_id: lastJob } = schedule
  const skipped = schedule.skipped_total === 0 ? '' : `, ${schedule.skipped_total} skipped so far`
  return [
    ['name', schedule.name],
    ['when', `${whenOf(schedule)} (${timezone})`],
    ['state', stopped === null ? (enabled ? 'on' : 'off') : `stopped: ${stopped}`],
    ...(schedule.last_error === null ? [] : [['trouble', schedule.last_error] satisfies [string, string]]),
    ['overlap', `${overlap}${skipped}`],
    ['catch up', catch_up],
    ['last job', lastJob ?? 'none'],
    ...upcoming.map((moment, i): [string, string] => [i === 0 ? 'next' : '', moment]),
    ['job', JSON.stringify(schedule.job)],
  ]
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

function switchCommand(verb: 'pause' | 'resume', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<name>')
    .option(...JSON_OPTION)
    .action(async (name: string, { json }: Shown) => {
      const schedule = await (await connect()).schedules.update(name, { enabled: verb === 'resume' })
      if (json) printJson(schedule)
      else note(`the schedule ${name} ${firingOf(schedule)}`)
    })
}

function firingOf({ enabled, next_run_at: next, stopped_reason: reason }: Schedule): string {
  if (!enabled) return 'is paused'
  if (reason !== null) return `stopped by itself (${reason}): put it again`
  return next === null ? 'is on, and has no moment any more' : `goes on; it fires next at ${next}`
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
      else
        note(
          `${done.count} ${done.count === 1 ? 'firing' : 'firings'}: ${done.jobs.length} made, ${done.existing.length} were there`,
        )
    })
}
