import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findPackage } from '../../src/embedded/binaries.ts'

/** Copies the Postgres package as npm lays it down when it runs no install scripts: without any links. */
export async function copyPackage(to: string): Promise<string> {
  await cp(findPackage(), to, { recursive: true, verbatimSymlinks: true })
  for (const { target } of await listLinks(to)) await rm(join(to, target), { force: true })
  return to
}

export async function listLinks(folder: string): Promise<{ source: string; target: string }[]> {
  return JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8'))
}

/** Which of the links are there. */
export async function foundLinks(folder: string): Promise<string[]> {
  const names = new Set(await readdir(join(folder, 'native/lib')))
  const links = await listLinks(folder)
  return links.map(({ target }) => target.slice('native/lib/'.length)).filter((name) => names.has(name))
}
