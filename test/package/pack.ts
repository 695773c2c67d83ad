import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
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

/** What goes into a package that is bundled with it, of the workspace and of what that needs. */
const BUNDLED = ['@conduit-jobs/client', 'eventsource-parser']

/** Both packages as they would be published, and a project that has them installed; removed at the end of the scope. */
export type Packed = AsyncDisposable & {
  readonly server: string
  readonly client: string
  /** A folder with the server in its `node_modules`, and nothing of the checkout. */
  readonly project: string
  /** One that has the client alone. */
  readonly browserProject: string
}

/** Builds the packages in a folder of its own, packs them, and installs what came out. Nothing is asked of a registry. */
export async function packAndInstall(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-package-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const server = await packServer(join(folder, 'source'))
  const client = await packClient(join(folder, 'client'))
  const [project, browserProject] = [join(folder, 'project'), join(folder, 'browser')]
  await install('@conduit-jobs/server', server, project)
  await install('@conduit-jobs/client', client, browserProject)
  const opened = stack.move()
  return { server, client, project, browserProject, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function packServer(source: string): Promise<string> {
  const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'client/README.md', 'docs']
  await copy(['package.json', 'LICENSE', ...pages, 'bin', 'prisma/migrations', 'ui/dist'], ROOT, source)
  for (const name of BUNDLED) {
    const from = await realpath(join(ROOT, 'node_modules', name))
    await copy(['package.json', 'dist'], from, join(source, 'node_modules', name))
  }
  await run('tsc', ['--project', join(ROOT, 'tsconfig.build.json'), '--outDir', join(source, 'dist')], ROOT)
  return await pack(source)
}

async function packClient(source: string): Promise<string> {
  await copy(['package.json', 'README.md', 'dist'], join(ROOT, 'client'), source)
  return await pack(source)
}

async function copy(paths: readonly string[], from: string, to: string): Promise<void> {
  for (const path of paths) await cp(join(from, path), join(to, path), { recursive: true })
}

async function pack(source: string): Promise<string> {
  await run('npm', ['pack', '--ignore-scripts', '--loglevel=error'], source)
  const name = (await readdir(source)).find((entry) => entry.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack made no tarball')
  return join(source, name)
}

/** Only what the package brings or names as its dependencies is there for it, the latter taken from the checkout. */
async function install(name: string, tarball: string, project: string): Promise<void> {
  const target = join(project, 'node_modules', name)
  await mkdir(target, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target], project)
  const { dependencies, bundleDependencies = [] } = JSON.parse(
    await readFile(join(target, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string>; bundleDependencies?: string[] }
  for (const needed of Object.keys(dependencies).filter((one) => !bundleDependencies.includes(one))) {
    await mkdir(dirname(join(target, 'node_modules', needed)), { recursive: true })
    await symlink(join(ROOT, 'node_modules', needed), join(target, 'node_modules', needed))
  }
  await writeFile(join(project, 'package.json'), '{ "name": "project", "type": "module", "private": true }\n')
}
