import { readFile } from 'node:fs/promises'
import { ownerOf, type User } from './access.ts'

/** What `nobody` has on Linux, for images without a line for it. */
const NOBODY: User = { uid: 65_534, gid: 65_534 }

/** Whether this process is root, as which Postgres refuses to run; false on Windows. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0
}

/**
 * Who runs the server over this cluster; undefined where we do it ourselves.
 *
 * Postgres refuses to run as root, so root starts it as the owner of the data, and `nobody` owns what root makes.
 */
export async function serverUser(cluster: string): Promise<User | undefined> {
  if (!isRoot()) return undefined
  const owner = await ownerOf(cluster)
  return owner === undefined || owner.uid === 0 ? await nobody() : owner
}

async function nobody(): Promise<User> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '') // an image may have no list of users
  const fields = users.match(/^nobody:[^:]*:(\d+):(\d+):/m)
  return fields === null ? NOBODY : { uid: Number(fields[1]), gid: Number(fields[2]) }
}
