import { randomUUID } from 'node:crypto'
import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { blockedAt, exists, makeOpenFolder } from './access.ts'
import { EmbeddedServerError, hasCode } from './errors.ts'
import type { Home } from './home.ts'

/**
 * Copies a package's programs to where the server's user can enter, once for each version; gives the native folder.
 *
 * Needed as root where node_modules lies below a closed folder, such as a checkout in /root. It is copied under
 * another name and then renamed, so that a copy is whole or isn't there, also when several start at once.
 */
export async function copyBinaries(folder: string, version: string, stateDir: string, home: Home): Promise<string> {
  const target = join(stateDir, `postgres-${version}-${basename(folder)}`)
  const native = join(target, 'native')
  if (!(await exists(native))) await copy(folder, target)
  const blocked = home.user && (await blockedAt(join(native, 'bin'), home.user))
  if (blocked === undefined) return native
  const what = `Postgres can't run as root, and user ${home.user?.uid} can enter neither ${folder} nor ${target}.`
  throw new EmbeddedServerError('unreachable-folder', `${what} Run "chmod o+x ${blocked}".`)
}

async function copy(folder: string, target: string): Promise<void> {
  const draft = `${target}.new.${randomUUID()}`
  try {
    await makeOpenFolder(dirname(target))
    await mkdir(draft)
    await cp(join(folder, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    })
    await openToAll(draft)
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return // another process was first, with the same files
    const what = `Postgres's programs in ${folder} are out of reach for the server's user, and can't be copied to`
    throw new EmbeddedServerError('no-binaries', `${what} ${target}. Install Conduit where others may enter.`, error)
  }
}

/** Whoever installed with a strict umask made files that only root may read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}
