import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Fence, fencesOf, readPage, ROOT } from './fences.ts'

/** The TypeScript of pages as files of their own, removed at the end of the scope. */
export type Programs = AsyncDisposable & {
  readonly folder: string
  readonly files: readonly string[]
}

/** Writes each block of TypeScript to a file. */
export async function writePrograms(fences: readonly Fence[]): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-programs-'))
  const files = fences.map(({ page, line }) => join(folder, `${page.replaceAll(/\W/g, '-')}-${line}.ts`))
  await Promise.all(files.map((file, i) => writeFile(file, fences[i]?.code ?? '')))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return { folder, files, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * Checks the programs with the compiler, as strictly as our own code, against the sources or the types that a
 * package was built with; gives what it finds.
 */
export async function compilerErrors({ folder, files }: Programs, types = join(ROOT, 'src/index.ts')): Promise<string> {
  const tsconfig = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      noUnusedLocals: false,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: {
        '@conduit-jobs/server': [types],
        conduit: [types],
        '*': [join(ROOT, 'node_modules/*')],
      },
    },
    files,
    include: [], // or all that the checkout's own names would be checked again
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  // In a package, or `await` would not be allowed at the top.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  try {
    await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['--project', folder])
    return ''
  } catch (error) {
    return String((error as { stdout?: string }).stdout).replaceAll(folder, '')
  }
}

/** The programs of one page, as modules that were run, in order. */
export async function runPrograms(page: string): Promise<Record<string, unknown>[]> {
  await using programs = await writePrograms(programsOf(page, await readPage(page)))
  const modules: Record<string, unknown>[] = []
  for (const file of programs.files) modules.push((await import(file)) as Record<string, unknown>)
  return modules
}

export function programsOf(page: string, text: string): Fence[] {
  return fencesOf(page, text).filter(({ language }) => language === 'ts')
}
