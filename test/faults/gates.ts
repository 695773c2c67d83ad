import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'

// Jobs that are held in their first step for as long as a test likes, so that a fault finds them there.

/** A job whose first step is held; a pure one and one with an effect follow. */
export function heldJob(id: string, gate: string): { readonly id: string } {
  const steps = [
    { action: 'FAULT.GATE', parameters: { name: gate } },
    { action: 'LOGIC.TRUE' },
    { action: 'FAULT.EFFECT' },
  ]
  const job = { id, steps }
  return job
}

/** Waits until the first step of each job is being called. */
export async function untilHeld({ log }: Fleet, ids: readonly string[]): Promise<void> {
  for (;;) {
    const marks = new Set((await readFile(log, 'utf8').catch(() => '')).split('\n').map((line) => line.split(' ')[0]))
    if (ids.every((id) => marks.has(id))) return
    await sleep(20)
  }
}

/** Lets the steps end that are held by this gate. */
export async function openGate({ log }: Fleet, gate: string): Promise<void> {
  await writeFile(join(dirname(log), gate), '')
}
