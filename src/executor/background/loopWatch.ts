import type { Telemetry } from '../../telemetry.ts'
import type { Slots } from '../queue/slots.ts'
import { actionsInHand } from '../../engine/run/run.ts'
import { type BackgroundLoop, every } from './every.ts'

const LOOP_MS = 100
const LOOP_BLOCKED_MS = 400

/** Notices that the event loop stood still, and names the steps that were running then. */
export function startLoopWatch(slots: Slots, telemetry: Telemetry): BackgroundLoop {
  let last = performance.now()
  return every(LOOP_MS, telemetry, 'watching the event loop', async () => {
    const now = performance.now()
    const milliseconds = now - last - LOOP_MS
    last = now
    if (milliseconds < LOOP_BLOCKED_MS) return
    const actions = slots.values().flatMap(({ run }) => actionsInHand(run))
    if (actions.length > 0)
      telemetry.emit('loopBlocked', { milliseconds, actions: [...new Set(actions)].filter(Boolean).slice(0, 20) })
  })
}
