import { Command } from 'commander'
import type { Client } from '@conduit-jobs/client'
import { EXIT } from '../admin/commandError.ts'
import { connect } from './connection.ts'
import { readDocument } from './files.ts'
import { JSON_OPTION, note, print, printJson, type Shown } from '../terminal/output.ts'
import { oneLine } from '../terminal/table.ts'

type Problem = {
  readonly pointer: string
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly detail: string
  readonly suggestion: string | null
}

type Verdict = { readonly valid: boolean; readonly problems: readonly Problem[] }

/** `conduit validate`: asks the service what is wrong with definitions, before they run. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Looks at definitions without running them: a line a problem; 1 if any is an error.')
    .argument('<files...>', 'JSON or YAML')
    .option(...JSON_OPTION)
    .action(async (files: string[], { json }: Shown) => {
      const client = await connect()
      const verdicts: (Verdict & { file: string })[] = []
      for (const file of files) verdicts.push({ file, ...(await validateFile(client, file)) })
      if (json) printJson(verdicts)
      else for (const verdict of verdicts) show(verdict)
      if (verdicts.some(({ valid }) => !valid)) process.exitCode = EXIT.failed
    })
}

async function validateFile(client: Client, file: string): Promise<Verdict> {
  return client.request<Verdict>('POST', '/v1/jobs/validate', { body: await readDocument(file) })
}

function show({ file, valid, problems }: Verdict & { file: string }): void {
  for (const { pointer, severity, detail, suggestion } of problems) {
    // Some details name it themselves.
    const hint = suggestion === null || detail.includes(suggestion) ? '' : ` (did you mean ${suggestion}?)`
    print(oneLine(`${file}  ${pointer === '' ? '/' : pointer}  ${severity}: ${detail}${hint}`))
  }
  if (problems.length === 0) note(`${file}: ${valid ? 'well' : 'not valid'}`)
}
