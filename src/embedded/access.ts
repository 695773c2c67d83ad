import { access, chmod, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from './errors.ts'

/** A user of the system, without further groups. */
export type User = { readonly uid: number; readonly gid: number }

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
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755)
}
