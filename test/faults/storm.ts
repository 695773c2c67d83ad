import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './fleet.ts'
import type { ServiceProcess } from './process.ts'
import type { Chances } from './seed.ts'

/** Kills a replica, drains one, freezes one for twice its lease of a second, in turns, so many times, at random moments. */
export async function storm(
  fleet: Fleet,
  chances: Chances,
  times: number,
  [least, most]: readonly [number, number],
): Promise<void> {
  for (let n = 0; n < times; n++) {
    await sleep(chances.between(least, most))
    const victim = chances.between(0, fleet.replicas.length - 1)
    const replica = fleet.replicas[victim] as ServiceProcess
    if (n % 3 === 2) {
      replica.signal('SIGSTOP')
      await sleep(2000)
      replica.signal('SIGCONT')
      continue
    }
    await replica.end(n % 3 === 0 ? 'SIGKILL' : 'SIGTERM')
    await fleet.replaced(victim)
  }
}
