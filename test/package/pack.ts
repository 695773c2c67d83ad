import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export const ROOT = join(import.meta.dirname, '../..')
const TOOLS = join(ROOT, 'node_modules/.bin')

/** Runs a program of the checkout's packages; what it said is in the error where it fails. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { ...process.env, PATH: `${TOOLS}:${process.env['PATH'] ?? ''}` }
  try {
    return (await promisify(execFile)(program, args, { cwd, env })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

/** A package as it would be published, and a project that has it installed; removed at the end of the scope. */
export type Packed = AsyncDisposable & {
  readonly tarball: string
  /** A folder with `conduit` in its `node_modules`, and nothing of the checkout. */
  readonly project: string
}

/** Builds the package in a folder of its own, packs it, and installs what came out. Nothing is asked of a registry. */
export async function packAndInstall(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-package-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const tarball = await pack(join(folder, 'source'))
  const project = join(folder, 'project')
  await install(tarball, project)
  const opened = stack.move()
  return { tarball, project, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function pack(source: string): Promise<string> {
  for (const path of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'bin', 'prisma/migrations']) {
    await cp(join(ROOT, path), join(source, path), { recursive: true })
  }
  await run('tsc', ['--project', join(ROOT, 'tsconfig.build.json'), '--outDir', join(source, 'dist')], ROOT)
  await run('npm', ['pack', '--ignore-scripts', '--loglevel=error'], source)
  const name = (await readdir(source)).find((entry) => entry.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack made no tarball')
  return join(source, name)
}

/** Only what the package names as its dependencies is there for it, taken from the checkout. */
async function install(tarball: string, project: string): Promise<void> {
  const target = join(project, 'node_modules/conduit')
  await mkdir(target, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target], project)
  const { dependencies } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(target, 'node_modules', name)), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), join(target, 'node_modules', name))
  }
  await writeFile(join(project, 'package.json'), '{ "name": "project", "type": "module", "private": true }\n')
}
