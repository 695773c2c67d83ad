import { atMost, quantile, told } from './line.ts'
import { runDue } from './due.ts'
import { startService } from './benchDatabase.ts'
import type { Part } from './rig.ts'

const EACH_SECOND = 1000
const SECONDS = 20

/** How late jobs go on that sleep, a thousand a second. */
export const wakes: Part = {
  name: 'wake',
  about: '1,000 wakes due a second for 20 s, beside 110,000 jobs that wait',
  run: async (rig) => {
    const prepared = await rig.waiting()
    await using service = await startService(prepared)
    const seconds = rig.count(SECONDS, 3)
    const jobs = EACH_SECOND * seconds
    const { late, cpu } = await runDue({ prepared, service, rig, jobs, spread: seconds * 1000 })
    return [
      told('wakes', `${jobs} in ${seconds} s`),
      told('late, p50', `${quantile(late, 0.5).toFixed(0)} ms`),
      told('CPU a job from its wake on, service and Postgres', cpu),
      atMost('late, p99', quantile(late, 0.99), 1000, ' ms'),
    ]
  },
}
