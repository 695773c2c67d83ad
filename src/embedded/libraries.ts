import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, readlink, rename, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { exists } from './access.ts'
import { hasCode } from './errors.ts'
import type { Home } from './home.ts'

type Link = { readonly source: string; readonly target: string }

/**
 * Makes the links by which the programs find their shared libraries (an npm package can't hold links).
 *
 * They belong beside the libraries. The package's install script would have put them there, and where it didn't run
 * we do. Where that folder takes no files they go into the home; the answer is then the search path that the programs
 * need, and empty otherwise.
 */
export async function linkLibraries(native: string, home: Home): Promise<readonly string[]> {
  const links = await missingLinks(native)
  try {
    for (const { source, target } of links) await makeLink(basename(source), join(native, '..', target))
    return []
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS')) throw error
  }
  const folder = join(home.path, 'lib')
  await mkdir(folder, { recursive: true })
  if (home.user !== undefined) await chmod(folder, 0o755)
  for (const { source, target } of links) await setLink(join(native, '..', source), join(folder, basename(target)))
  return [folder, join(native, 'lib')]
}

async function missingLinks(native: string): Promise<readonly Link[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '[]' // on Windows there are no links
    throw error
  })
  const links: readonly Link[] = JSON.parse(list)
  const found = await Promise.all(links.map(({ target }) => exists(join(native, '..', target))))
  return links.filter((_, index) => !found[index])
}

/** Another process may make the same link at this moment: what counts is that it is there. */
async function makeLink(source: string, link: string): Promise<void> {
  try {
    await symlink(source, link)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

/** Makes a link or turns it to where the libraries lie now; at no moment is it missing. */
async function setLink(source: string, link: string): Promise<void> {
  const now = await readlink(link).catch(() => undefined) // not there yet, which the next line mends
  if (now === source) return
  const draft = `${link}.${randomUUID()}`
  await symlink(source, draft)
  await rename(draft, link)
}
