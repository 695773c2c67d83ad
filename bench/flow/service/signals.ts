import { atMost, quantile, told } from './line.ts'
import { startService } from './benchDatabase.ts'
import { type Part, post, untilWaiting } from './rig.ts'

const SIGNALS = 2000
/** On their way at once. */
const SENDERS = 8

/** From the POST of a signal until a client that waits for the job has its end. */
export const signals: Part = {
  name: 'signal',
  about: 'a signal to its step, beside 110,000 jobs that wait',
  run: async (rig) => {
    const prepared = await rig.waiting()
    await using service = await startService(prepared)
    const { busy } = service
    const jobs = rig.count(SIGNALS, 100)
    const job = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] }
    await post(busy, jobs, (n) => ({ id: `signal-${n}`, ...job }), rig.signal)
    await untilWaiting(prepared, jobs, rig.signal)
    const times: number[] = []
    let next = 0
    const send = async (): Promise<void> => {
      while (next < jobs) {
        rig.signal.throwIfAborted()
        const id = `signal-${next++}`
        const over = busy.call('GET', `/v1/jobs/${id}?wait=30`)
        const began = performance.now()
        await busy.call('POST', `/v1/jobs/${id}/signals/go`, { n: next })
        const { state } = (await over) as { state: string }
        if (state !== 'succeeded') throw new Error(`a job is ${state} after its signal`)
        times.push(performance.now() - began)
      }
    }
    await Promise.all(Array.from({ length: SENDERS }, send))
    return [
      told(`signal to end, ${SENDERS} at once, p50`, `${quantile(times, 0.5).toFixed(1)} ms`),
      atMost('p99', quantile(times, 0.99), 100, ' ms', 1),
    ]
  },
}
