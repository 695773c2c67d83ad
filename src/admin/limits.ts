import { Command, InvalidArgumentError } from 'commander'
import { JSON_OPTION, printJson, type Shown } from '../terminal/output.ts'
import { readLimits, setLimits } from '../store/access/limits.ts'
import { type Limits, completeLimits, parseLimits } from '../wire/limits.ts'
import { fromOptions } from './fromOptions.ts'
import { withDatabase } from './withDatabase.ts'

/** `conduit limits`: shows and sets what a tenant may use, also while a service runs on the same database. */
export function limitsCommand(): Command {
  return new Command('limits')
    .description('What a tenant may use at most.')
    .addCommand(showCommand())
    .addCommand(setCommand())
}

function showCommand(): Command {
  return new Command('show')
    .description("Shows a tenant's limits.")
    .requiredOption('--tenant <name>', 'whose')
    .option(...JSON_OPTION)
    .action(async ({ tenant, json }: Shown & { tenant: string }) => {
      show(completeLimits(await withDatabase((database) => readLimits(database, tenant))), json)
    })
}

type SetOptions = Shown & { tenant: string } & Partial<Record<keyof typeof FLAGS, number | null>>

/** They may be there before the service is. */
const MAKES = { makes: true }

/** Commander's names of the options, and what each sets. */
const FLAGS = {
  requestsPerSecond: 'requests_per_second',
  jobsRunning: 'jobs_running',
  jobsQueued: 'jobs_queued',
  streams: 'streams',
  webhooks: 'webhooks',
  schedules: 'schedules',
  secrets: 'secrets',
  definitions: 'definitions',
  definitionVersions: 'definition_versions',
  definitionTests: 'definition_tests',
  storedBytes: 'stored_bytes',
  messagesPending: 'messages_pending',
} as const satisfies Record<string, keyof Limits>

function setCommand(): Command {
  return new Command('set')
    .description(
      'Sets the limits that are given, and leaves the others as they are; running services follow within 5 s.',
    )
    .requiredOption('--tenant <name>', 'whose')
    .option('--requests-per-second <n>', 'a number, or none', readBound)
    .option('--jobs-running <n>', 'jobs at once, on all replicas together', readBound)
    .option('--jobs-queued <n>', 'jobs that wait', readBound)
    .option('--streams <n>', 'open event streams', readBound)
    .option('--webhooks <n>', 'webhooks', readBound)
    .option('--schedules <n>', 'schedules', readBound)
    .option('--secrets <n>', 'secrets', readBound)
    .option('--definitions <n>', 'names of definitions', readBound)
    .option('--definition-versions <n>', 'versions of one definition', readBound)
    .option('--definition-tests <n>', 'tests of one definition', readBound)
    .option('--stored-bytes <n>', 'JSON of all jobs', readBound)
    .option('--messages-pending <n>', 'messages to webhooks on their way; none: the default', readBound)
    .option(...JSON_OPTION)
    .action(async ({ tenant, json, ...given }: SetOptions) => {
      const changes = Object.entries(FLAGS).flatMap(([flag, name]) => {
        const bound = given[flag as keyof typeof FLAGS]
        return bound === undefined ? [] : [[name, bound] as const]
      })
      const limits = await withDatabase(async (database) => {
        const known = completeLimits(await readLimits(database, tenant))
        const changed = fromOptions({ ...known, ...Object.fromEntries(changes) }, parseLimits)
        await setLimits(database, tenant, changed, 'command')
        return changed
      }, MAKES)
      show(limits, json)
    })
}

function readBound(text: string): number | null {
  if (text === 'none') return null
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a number, or none')
  return Number(text)
}

function show(limits: Limits, json = false): void {
  if (json) return printJson(limits)
  for (const [name, bound] of Object.entries(limits)) process.stdout.write(`${name}\t${bound ?? 'none'}\n`)
}
