import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { type Client, ConduitProblem } from '@conduit-jobs/client'
import { Command } from 'commander'
import stringify from 'safe-stable-stringify'
import { stringify as toYaml } from 'yaml'
import { CommandError, EXIT } from '../admin/commandError.ts'
import { isObject } from '../engine/values/json.ts'
import { connect } from './connection.ts'
import { readDocument } from './files.ts'
import { JSON_OPTION, note, print, printJson, type Shown } from '../terminal/output.ts'
import { oneLine } from '../terminal/table.ts'

/** `conduit definitions`: those of a folder, one a file that is called as the definition, and those of a service. */
export function definitionsCommand(): Command {
  return new Command('definitions')
    .description('Definitions with a name: those of a folder, and those of the service.')
    .addCommand(pushCommand())
    .addCommand(pullCommand())
    .addCommand(diffCommand())
}

type Content = Readonly<Record<string, unknown>>
/** A definition of a folder, and the file that it stands in. */
type Written = { readonly file: string; readonly content: Content }
type Difference = { readonly name: string; readonly difference: 'only here' | 'only there' | 'differs' }

function pushCommand(): Command {
  return new Command('push')
    .description('Writes each file of a folder under its name; what is there with the same content stays.')
    .argument('<dir>', 'of JSON or YAML files')
    .option(...JSON_OPTION)
    .action(async (dir: string, { json }: Shown) => {
      const client = await connect()
      const folder = await readFolder(dir)
      const written = []
      for (const [name, { file, content }] of folder) {
        const version = await client.definitions.put(name, content).catch((error: unknown) => tellRefused(file, error))
        if (version === null) continue
        written.push(version)
        if (!json) print(`${name}  version ${version.version}`)
      }
      if (json) printJson(written)
      if (written.length < folder.size) process.exitCode = EXIT.failed
      if (folder.size === 0) note(`${dir} has no definitions`)
    })
}

/** What is wrong with the definition of a file, as `validate` tells it; any other failure is thrown on. */
function tellRefused(file: string, error: unknown): null {
  if (!(error instanceof ConduitProblem) || error.errors.length === 0) throw error
  for (const { pointer, detail } of error.errors) note(oneLine(`${file}  ${pointer === '' ? '/' : pointer}  ${detail}`))
  return null
}

function pullCommand(): Command {
  return new Command('pull')
    .description(
      'Writes the latest version of each definition of the service into a folder: into the file that has it, else as JSON.',
    )
    .argument('<dir>')
    .action(async (dir: string) => {
      const there = await readService(await connect())
      await mkdir(dir, { recursive: true })
      const here = await readFolder(dir)
      for (const [name, content] of there) await writeDefinition(dir, name, content, here.get(name))
      note(`${there.size} ${there.size === 1 ? 'definition is' : 'definitions are'} in ${dir}`)
    })
}

/** A file that says the same stays as it was written, with its comments and its order. */
async function writeDefinition(dir: string, name: string, content: Content, written?: Written): Promise<void> {
  if (written !== undefined && isSame(written.content, content)) return
  const file = written?.file ?? `${name}.json`
  const text = extname(file) === '.json' ? `${JSON.stringify(content, null, 2)}\n` : toYaml(content)
  await writeFile(join(dir, file), text)
}

function isSame(one: Content, other: Content): boolean {
  return stringify(one) === stringify(other)
}

function diffCommand(): Command {
  return new Command('diff')
    .description('Tells which definitions of a folder and of the service differ; 1 if any does.')
    .argument('<dir>', 'of JSON or YAML files')
    .option(...JSON_OPTION)
    .action(async (dir: string, { json }: Shown) => {
      const differences = compare(await readFolder(dir), await readService(await connect()))
      if (json) printJson(differences)
      else for (const { name, difference } of differences) print(oneLine(`${name}  ${difference}`))
      if (differences.length > 0) process.exitCode = EXIT.failed
    })
}

function compare(here: ReadonlyMap<string, Written>, there: ReadonlyMap<string, Content>): Difference[] {
  const names = [...new Set([...here.keys(), ...there.keys()])].sort()
  return names.flatMap((name): Difference[] => {
    const [mine, theirs] = [here.get(name)?.content, there.get(name)]
    if (theirs === undefined) return [{ name, difference: 'only here' }]
    if (mine === undefined) return [{ name, difference: 'only there' }]
    return isSame(mine, theirs) ? [] : [{ name, difference: 'differs' }]
  })
}

const FILES: ReadonlySet<string> = new Set(['.json', '.yaml', '.yml'])

/** The definitions of a folder by their names, which are those of the files. */
async function readFolder(dir: string): Promise<Map<string, Written>> {
  const files = await readdir(dir).catch(() => {
    throw new CommandError(`${dir}: there is no such folder`, EXIT.usage)
  })
  const found = new Map<string, Written>()
  for (const file of files.filter((one) => FILES.has(extname(one))).sort()) {
    const content = await readDocument(join(dir, file))
    if (!isObject(content)) throw new CommandError(`${join(dir, file)}: is no definition`, EXIT.usage)
    const name = basename(file, extname(file))
    if (found.has(name)) throw new CommandError(`${dir}: two files are called ${name}`, EXIT.usage)
    found.set(name, { file, content: contentOf(content) })
  }
  return found
}

async function readService(client: Client): Promise<Map<string, Content>> {
  const found = new Map<string, Content>()
  for await (const definition of client.definitions.list()) found.set(definition.name, contentOf(definition))
  return found
}

/** What the service adds, and what editors need, is no part of a definition. */
function contentOf(given: object): Content {
  const added = new Set(['name', 'version', 'created_at', 'created_by', '$schema'])
  return Object.fromEntries(Object.entries(given).filter(([key]) => !added.has(key)))
}
