import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode } from './errors.ts'

/** Another user for the server to run as. */
export type ServerUser = { readonly uid: number; readonly gid: number }

/** What `nobody` has on Linux, for images without a line for it. */
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 }

/**
 * Who runs the server over this cluster; undefined where we do it ourselves.
 *
 * Postgres refuses to run as root, so root starts it as the owner of the data, and `nobody` owns what root makes.
 */
export async function serverUser(cluster: string): Promise<ServerUser | undefined> {
  if (process.geteuid?.() !== 0) return undefined
  const owner = await ownerOf(cluster)
  return owner === undefined || owner.uid === 0 ? await nobody() : owner
}

/** Who owns a file or folder; undefined where there is none. */
export async function ownerOf(path: string): Promise<ServerUser | undefined> {
  try {
    const { uid, gid } = await stat(path)
    return { uid, gid }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function nobody(): Promise<ServerUser> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '') // an image may have no list of users
  const fields = users.match(/^nobody:[^:]*:(\d+):(\d+):/m)
  return fields === null ? NOBODY : { uid: Number(fields[1]), gid: Number(fields[2]) }
}

/** The highest folder on the way to `path`, itself included, which the user may not enter; undefined if none. */
export async function blockedAt(path: string, user: ServerUser): Promise<string | undefined> {
  const parent = dirname(path)
  const above = parent === path ? undefined : await blockedAt(parent, user)
  if (above !== undefined) return above
  const { mode, uid, gid } = await stat(path)
  const enter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return (mode & enter) === 0 ? path : undefined
}
