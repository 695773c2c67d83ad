import { claims, jobs } from './beside.ts'
import { ask, startService } from './benchDatabase.ts'
import { type Part, post, untilWaiting } from './rig.ts'

const TENANTS = 10_000
const DAY_MS = 86_400_000

/** What tenants cost whose jobs are not due. The jobs are posted by one, and then given each to another. */
export const tomorrow: Part = {
  name: 'tomorrow',
  about: '10,000 tenants with a job that is due tomorrow, and one that sleeps until then',
  run: async (rig) => {
    const [alone, beside] = [await rig.empty(), await rig.fresh('tomorrow')]
    const tenants = rig.count(TENANTS)
    const at = new Date(Date.now() + DAY_MS).toISOString()
    const due = { run_at: at, steps: [] }
    const asleep = { steps: [{ action: 'FLOW.SLEEP', parameters: { until: at } }] }
    {
      await using service = await startService(beside)
      await post(service.busy, tenants, (n) => ({ id: `due-${n}`, ...due }), rig.signal)
      await post(service.busy, tenants, (n) => ({ id: `asleep-${n}`, ...asleep }), rig.signal)
      await untilWaiting(beside, tenants, rig.signal)
    }
    for (const table of ['job', 'journal']) {
      const id = table === 'job' ? 'id' : 'job_id'
      await ask(beside, `update ${table} set tenant = 'tenant-' || split_part(${id}, '-', 2) where tenant = 'busy'`)
    }
    await ask(beside, 'vacuum (analyze)')
    return [...(await jobs(alone, beside, rig)), await claims(alone, beside, rig)]
  },
}
