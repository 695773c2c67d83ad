import { readFile } from 'node:fs/promises'
import { expect, vi } from 'vitest'
import { PATIENCE_MS } from '../support/patience.ts'

/** The processes that a process has started and that have not ended. */
export async function childrenOf(pid: number | undefined): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return listed.split(' ').filter(Boolean).map(Number)
}

/** Until none of these processes is left; a fault is one that stays. */
export async function allEnd(pids: readonly number[]): Promise<void> {
  const isOver = (pid: number): Promise<boolean> =>
    readFile(`/proc/${pid}/stat`, 'utf8').then(
      (stat) => stat.includes(') Z '),
      () => true,
    )
  await vi.waitFor(async () => expect(await Promise.all(pids.map(isOver))).not.toContain(false), PATIENCE_MS)
}

/** All that a process has started, and what that has. */
export async function descendantsOf(pid: number | undefined): Promise<number[]> {
  const children = await childrenOf(pid)
  const below = await Promise.all(children.map(descendantsOf))
  return [...children, ...below.flat()]
}
