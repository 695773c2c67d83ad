import { Command } from 'commander'
import type { JobInput } from '@conduit-jobs/client'
import { isObject } from '../engine/values/json.ts'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { connect } from './connection.ts'
import { readDocument } from './files.ts'
import { readLocals } from './jobs/commands.ts'
import { showEnd, watchJob } from './jobs/watch.ts'
import { JSON_OPTION, print, printJson, type Shown } from '../terminal/output.ts'

type RunOptions = Shown & { wait?: boolean; watch?: boolean; local: string[]; id?: string }

/** `conduit run`: posts a definition from a file, and waits for what comes of it if asked to. */
export function runCommand(): Command {
  return new Command('run')
    .description('Posts a definition of JSON or YAML; 1 if the job is waited for and fails.')
    .argument('<file>', 'a path, or - for standard input')
    .option('--wait', 'wait for the end and print the output')
    .option('--watch', 'show what happens until the end')
    .option('--id <text>', "the job's id, in place of the file's")
    .option('--local <key=value...>', 'local values beside those of the file; JSON, or text', [])
    .option(...JSON_OPTION)
    .action(async (file: string, { wait, watch, local, id, json = false }: RunOptions) => {
      const client = await connect()
      const definition = { ...(await readDefinition(file, local)), ...(id === undefined ? {} : { id }) }
      const job = await client.jobs.submit(definition, { wait: wait === true && watch !== true })
      if (watch === true) {
        const ended = await watchJob(client, job.id, { json })
        if (ended.success !== true) process.exitCode = EXIT.failed
      } else if (wait === true) {
        if (!(await showEnd(client, job, json))) process.exitCode = EXIT.failed
      } else if (json) printJson(job)
      else print(job.id)
    })
}

/** What the service thinks of the definition is the service's to say; that it is an object is all that is looked at here. */
async function readDefinition(file: string, local: readonly string[]): Promise<JobInput> {
  const document = await readDocument(file)
  if (!isObject(document)) throw new CommandError(`${file} holds no definition: an object is wanted`, EXIT.usage)
  const given = isObject(document['local_values']) ? document['local_values'] : {}
  const locals = local.length > 0 ? { local_values: { ...given, ...readLocals(local) } } : {}
  return { ...document, ...locals } as JobInput
}
