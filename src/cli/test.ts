import { basename, extname } from 'node:path'
import { Command } from 'commander'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { loadBlocks } from '../compose/blocks.ts'
import { registryFor } from '../compose/runJob.ts'
import { listOf } from '../config/listOf.ts'
import { readConfig } from '../config/read.ts'
import type { Registry } from '../engine/registeredBlock.ts'
import { isParsedObject, type JsonObject } from '../engine/values/json.ts'
import { runTests } from '../executor/dry/runTests.ts'
import { JSON_OPTION, note, print, printJson, type Shown } from '../terminal/output.ts'
import { oneLine } from '../terminal/table.ts'
import { DEFAULT_TENANT } from '../wire/access.ts'
import type { TestResults } from '../wire/definitionTests.ts'
import { readNamedContent } from '../wire/namedDefinition.ts'
import { DEFINITION_NAME } from '../wire/patterns.ts'
import { ProblemError } from '../wire/problem.ts'
import { readDocument } from './files.ts'

type FileResults = TestResults & { readonly file: string }

/** `conduit test`: runs the tests of definitions in memory. It needs no service; blocks come by `BLOCKS`. */
export function testCommand(): Command {
  return new Command('test')
    .description('Runs the tests of definitions in memory, without a service: a line a test; 1 if any fails.')
    .argument('<files...>', 'JSON or YAML')
    .option(...JSON_OPTION)
    .action(async (files: string[], { json }: Shown) => {
      const { blocks } = await loadBlocks(listOf(readConfig(process.env).BLOCKS))
      const registry = registryFor({ blocks })
      const results: FileResults[] = []
      for (const file of files) results.push({ file, ...(await testFile(file, registry)) })
      if (json) printJson(results)
      else for (const result of results) show(result)
      if (results.some(({ success }) => !success)) process.exitCode = EXIT.failed
    })
}

async function testFile(file: string, registry: Registry): Promise<TestResults> {
  const content = await readDocument(file)
  if (!isParsedObject(content)) throw new CommandError(`${file}: is no definition`, EXIT.usage)
  const name = nameOf(file, content)
  const { named, errors } = readNamedContent(name, content)
  if (errors.length > 0) return refused(errors)
  try {
    const rules = { maxSteps: 1000, judgeUrl: () => null }
    return await runTests(name, named, { registry, rules, tenant: DEFAULT_TENANT, now: Date.now() })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return refused(error.errors)
  }
}

/** What the definition says, or what its file is called. */
function nameOf(file: string, { name }: JsonObject): string {
  if (typeof name === 'string') return name
  const called = basename(file, extname(file)).toLowerCase()
  return new RegExp(DEFINITION_NAME).test(called) ? called : 'definition'
}

/** A definition that could be no job fails as a whole. */
function refused(problems: readonly { readonly pointer: string; readonly detail: string }[]): TestResults {
  return { success: false, tests: [{ name: 'definition', success: false, problems: [...problems] }] }
}

function show({ file, tests }: FileResults): void {
  if (tests.length === 0) note(`${file}: has no tests`)
  for (const { name, success, problems } of tests) {
    print(oneLine(`${file}  ${success ? 'well' : 'FAILED'}  ${name}`))
    for (const { pointer, detail } of problems) print(oneLine(`${file}    ${pointer}  ${detail}`))
  }
}
