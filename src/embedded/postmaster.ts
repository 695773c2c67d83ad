import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { link, readFile, readlink, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasCode } from './errors.ts'

/** What a server writes about itself into `postmaster.pid` in its cluster, and removes when it stops. */
export type PostmasterRecord = {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string
  readonly state: 'starting' | 'ready' | 'stopping'
  /** The file's text, to know this record by. */
  readonly text: string
}

/** Reads the record of the server that holds a cluster, or that held it and was killed. */
export async function readRecord(cluster: string): Promise<PostmasterRecord | undefined> {
  const text = await readFile(file(cluster), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (text === undefined) return undefined
  const lines = text.split('\n').map((line) => line.trim())
  const [pid = '', , , port = '', socketFolder = '', , , state = ''] = lines
  if (!/^\d+$/.test(pid)) return undefined
  return { pid: Number(pid), port: Number(port), socketFolder, state: stateOf(state), text }
}

function stateOf(word: string): PostmasterRecord['state'] {
  return word === 'ready' || word === 'stopping' ? word : 'starting'
}

function file(cluster: string): string {
  return join(cluster, 'postmaster.pid')
}

/**
 * Whether a process is a living server of this cluster: numbers are used again (after a container's restart nearly
 * always), and a zombie still has its own. A server's working folder is its cluster; a zombie has none.
 */
export async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!exists(pid)) return false
  if (process.platform === 'win32') return true
  try {
    if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`)) === cluster
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=,command=', '-p', String(pid)])
    return !stdout.startsWith('Z') && stdout.includes(cluster)
  } catch {
    return false // it ended meanwhile, or belongs to a user whose processes are none of ours
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** The socket's own record, which has the same number and is believed in the same way. */
function socketLock({ socketFolder, port }: PostmasterRecord): string {
  return join(socketFolder, `.s.PGSQL.${port}.lock`)
}

/**
 * Removes the record of a server that was killed where its number belongs to another process by now: Postgres
 * believes such a record, and would never start again. (One without a process it removes by itself.)
 */
export async function discardRecord(cluster: string, record: PostmasterRecord): Promise<void> {
  if (!exists(record.pid)) return
  const aside = join(cluster, `postmaster.pid.${randomUUID()}`)
  try {
    await rm(socketLock(record), { force: true })
    await rename(file(cluster), aside)
    // Another start may have put its own in the place meanwhile: that one goes back.
    if ((await readFile(aside, 'utf8')) !== record.text) await link(aside, file(cluster))
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}
