import { access, chmod, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from './errors.ts'

/** A user of the system, without further groups. */
export type User = { readonly uid: number; readonly gid: number }

/** Whether something is there that this process can reach. */
export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** Who owns a file or folder; undefined where there is none. */
export async function ownerOf(path: string): Promise<User | undefined> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** The highest folder on the way to `path`, itself included, which the user may not enter; undefined if none. */
export async function blockedAt(path: string, user: User): Promise<string | undefined> {
  const parent = dirname(path)
  const above = parent === path ? undefined : await blockedAt(parent, user)
  if (above !== undefined) return above
  const { mode, uid, gid } = await stat(path)
  const enter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return (mode & enter) === 0 ? path : undefined
}

/** Makes a folder, and those above it, which others may enter whatever our umask; one that is there stays as it is. */
export async function makeOpenFolder(path: string): Promise<void> {
  const first = await makeFolders(path)
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755)
}

/**
 * Makes a folder and those above it, and gives the highest that it made. Node's own `recursive` never returns where a
 * file system says ENOENT though the folder above is there, as /proc does.
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  if (await makeOne(path).catch((error: unknown) => missingAbove(error, path))) return path
  if (await exists(path)) return undefined
  const first = await makeFolders(dirname(path))
  return (await makeOne(path)) ? (first ?? path) : first
}

/** Makes one folder; false where it is there already. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await stat(path)).isDirectory()) return false
    throw error
  }
}

function missingAbove(error: unknown, path: string): false {
  if (hasCode(error, 'ENOENT') && dirname(path) !== path) return false
  throw error
}
