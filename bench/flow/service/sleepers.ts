import { claims, jobs, starts } from './beside.ts'
import { told } from './line.ts'
import type { Part } from './rig.ts'

/** What those cost who only wait. */
export const sleepers: Part = {
  name: 'sleep',
  about: '100,000 jobs in FLOW.SLEEP and 10,000 in FLOW.ASK, beside an empty table',
  run: async (rig) => {
    const [alone, beside] = [await rig.empty(), await rig.waiting()]
    return [
      told('jobs that wait', String(beside.waiting)),
      ...(await starts(alone, beside, rig)),
      ...(await jobs(alone, beside, rig)),
      await claims(alone, beside, rig),
    ]
  },
}
