import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EmbeddedServerError, hasCode } from './errors.ts'
import { isServerOf, readRecord } from './postmaster.ts'
import type { Cluster } from './takeOver.ts'

/** How long a server may write its last checkpoint before it is cut short, which costs a recovery and loses nothing. */
const FAST_MS = 60_000
const IMMEDIATE_MS = 10_000
const POLL_MS = 5

/**
 * Stops the cluster's server (a fast shutdown: sessions are cut, all is written) and waits until it is over. Gives
 * false where its process isn't to be seen from here (another container's), so it goes on.
 */
export async function stopServer(cluster: Cluster): Promise<boolean> {
  const folder = cluster.home.cluster
  const record = await readRecord(folder)
  if (record === undefined) return true
  if (!(await isServerOf(record.pid, folder))) return false
  await interrupt(cluster, record.pid, 'SIGINT')
  if (await isOver(folder, record.pid, FAST_MS)) return true
  await interrupt(cluster, record.pid, 'SIGQUIT')
  if (await isOver(folder, record.pid, IMMEDIATE_MS)) return true
  const what = `The server (process ${record.pid}) on ${folder} doesn't stop.`
  throw new EmbeddedServerError(
    'not-stopped',
    `${what} Look for what it waits for (a disk?) in ${folder}/../postgres.log.`,
  )
}

async function interrupt({ home, binaries }: Cluster, pid: number, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (process.platform === 'win32') {
    // There a signal from outside ends the process on the spot.
    const mode = signal === 'SIGINT' ? 'fast' : 'immediate'
    await promisify(execFile)(binaries.pgCtl, ['stop', '-W', '-m', mode, '-D', home.cluster], { env: binaries.env })
    return
  }
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error
  }
}

async function isOver(folder: string, pid: number, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs
  while (await isServerOf(pid, folder)) {
    if (Date.now() > until) return false
    await sleep(POLL_MS)
  }
  return true
}
