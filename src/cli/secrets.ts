import { text as textOf } from 'node:stream/consumers'
import { Command } from 'commander'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { rekeyCommand } from '../admin/rekey.ts'
import { listOf } from '../config/listOf.ts'
import { connect } from './connection.ts'
import { ago } from '../terminal/moments.ts'
import { JSON_OPTION, note, printJson, printTable, type Shown } from '../terminal/output.ts'

/** `conduit secrets`: what steps may send and nobody may read. */
export function secretsCommand(): Command {
  return new Command('secrets')
    .description('What definitions name by {% secrets.NAME %}.')
    .addCommand(setCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(rekeyCommand())
}

type SetOptions = Shown & { tags?: string; hosts?: string; description?: string }

function setCommand(): Command {
  return new Command('set')
    .description('Writes a secret. Its value comes from standard input, so that no list of processes shows it.')
    .argument('<name>')
    .option('--tags <list>', 'a job must carry all of these, by commas')
    .option('--hosts <list>', 'the only hosts that it is sent to, by commas')
    .option('--description <text>', 'what it is for')
    .option(...JSON_OPTION)
    .action(async (name: string, { json, tags, hosts, description }: SetOptions) => {
      const value = await readValue()
      const secret = await (await connect()).secrets.put(name, {
        value,
        ...(tags === undefined ? {} : { tags: listOf(tags) }),
        ...(hosts === undefined ? {} : { hosts: listOf(hosts) }),
        ...(description === undefined ? {} : { description }),
      })
      if (json) printJson(secret)
      else note(`the secret ${name} is written`)
    })
}

/** What came in, without the line's end that `echo` adds. */
async function readValue(): Promise<string> {
  if (process.stdin.isTTY) note('type the value, then Ctrl-D on a line of its own:')
  const value = (await textOf(process.stdin)).replace(/\r?\n$/, '')
  if (value === '') throw new CommandError('no value came on standard input', EXIT.usage)
  return value
}

const COLUMNS = [
  { heading: 'NAME', flexible: true },
  { heading: 'HOSTS', flexible: true },
  { heading: 'TAGS', flexible: true },
  { heading: 'WRITTEN' },
  { heading: 'USED' },
]

function listCommand(): Command {
  return new Command('list')
    .description('Shows secrets, without their values.')
    .option('--cursor <text>', 'the page after this one')
    .option(...JSON_OPTION)
    .action(async ({ json, cursor }: Shown & { cursor?: string }) => {
      const page = await (await connect()).secrets.list().page(cursor)
      if (json) return printJson(page)
      const rows = page.data.map(({ name, hosts, tags, updated_at, last_used_at }) => [
        name,
        hosts === null ? 'any' : hosts.join(', '),
        tags.join(', '),
        ago(updated_at),
        last_used_at === null ? 'never' : ago(last_used_at),
      ])
      printTable(COLUMNS, rows, 'there are no secrets')
      if (page.next_cursor !== null) note(`more: conduit secrets list --cursor ${page.next_cursor}`)
    })
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Takes a secret away: steps that name it fail.')
    .argument('<name>')
    .action(async (name: string) => {
      await (await connect()).secrets.delete(name)
      note(`the secret ${name} is gone`)
    })
}
