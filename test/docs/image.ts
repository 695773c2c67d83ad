import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DockerfileParser, type Instruction } from 'dockerfile-ast'

export const ROOT = join(import.meta.dirname, '../..')

/** One stage of the Dockerfile, from its FROM to the next. */
export type Stage = { readonly base: string; readonly instructions: readonly Instruction[] }

export const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8')

export function stages(): Stage[] {
  const instructions = DockerfileParser.parse(dockerfile).getInstructions()
  const starts = instructions.flatMap((instruction, i) => (instruction.getKeyword() === 'FROM' ? [i] : []))
  return starts.map((start, n) => ({
    base: wordsOf(instructions[start])[0] ?? '',
    instructions: instructions.slice(start + 1, starts[n + 1]),
  }))
}

/** The stage that becomes the image. */
export function image(): Stage {
  const last = stages().at(-1)
  if (last === undefined) throw new Error('the Dockerfile has no FROM')
  return last
}

export function wordsOf(instruction: Instruction | undefined): string[] {
  return instruction?.getArguments().map((argument) => argument.getValue()) ?? []
}

export function all(stage: Stage, keyword: string): Instruction[] {
  return stage.instructions.filter((instruction) => instruction.getKeyword() === keyword)
}

/** What an instruction like `CMD ["node", "bin/start.js"]` says. */
export function commandOf(instruction: Instruction | undefined): string[] {
  const words = instruction?.getRawArgumentsContent() ?? ''
  return JSON.parse(words.slice(words.indexOf('['))) as string[]
}

/** What the image sets in the environment. */
export function environmentOf(stage: Stage): Record<string, string> {
  return Object.fromEntries(
    all(stage, 'ENV').map((instruction) => {
      const [name = '', value = ''] = (instruction.getArgumentsContent() ?? '').split('=')
      return [name, value]
    }),
  )
}

/** What a stage copies from the checkout, by itself or through the stage that bundles it: sources and the target. */
export function copiesOf(stage: Stage): { sources: string[]; target: string }[] {
  return all(stage, 'COPY')
    .filter((instruction) => !/ --from=dependencies | node_modules/.test(instruction.toString()))
    .map((instruction) => {
      const words = wordsOf(instruction).map((word) => word.replace(/^\/app\//, ''))
      return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
    })
}

/** A folder that holds what the image holds, with the packages of this checkout; removed at the end of the scope. */
export async function layOut(stage: Stage): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'conduit-image-')))
  await copyInto(path, stage)
  await linkPackages(path)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** What a stage copies from the checkout, as Docker does it: files are as old as they were. */
export async function copyInto(path: string, stage: Stage): Promise<void> {
  for (const { sources, target } of copiesOf(stage)) {
    for (const source of sources) {
      const to = join(path, target.endsWith('/') ? join(target, basename(source)) : target)
      await cp(join(ROOT, source), to, { recursive: true, preserveTimestamps: true })
    }
  }
}

/** The packages of this checkout in a folder of its own, which keeps what is kept among packages. */
export async function linkPackages(path: string): Promise<void> {
  const packages = join(path, 'node_modules')
  await mkdir(packages)
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(ROOT, 'node_modules', name), join(packages, name))
  }
}
