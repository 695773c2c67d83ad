import type { Telemetry } from '../../telemetry.ts'
import type { Slots } from '../queue/slots.ts'
import { actionsInHand } from '../../engine/run/run.ts'
import { type BackgroundLoop, every } from '../every.ts'

const LOOP_MS = 100
const LOOP_BLOCKED_MS = 400

/** More actions would help nobody. */
const MAX_ACTIONS = 20

/**
 * Notices that the event loop stood still, and names the steps that ran then: those that ended since it was last looked at
 * and took as long, of which one is mostly to blame, and those that still run.
 */
export function startLoopWatch(slots: Pick<Slots, 'values'>, telemetry: Telemetry): BackgroundLoop {
  let last = performance.now()
  let ended: string[] = []
  telemetry.on('stepFinished', ({ action, milliseconds }) => {
    if (milliseconds !== null && milliseconds >= LOOP_BLOCKED_MS && ended.length < MAX_ACTIONS) ended.push(action)
  })
  return every(LOOP_MS, telemetry, 'watching the event loop', async () => {
    const now = performance.now()
    const milliseconds = now - last - LOOP_MS
    const endedMeanwhile = ended
    last = now
    ended = []
    if (milliseconds < LOOP_BLOCKED_MS) return
    const inHand = slots.values().flatMap(({ run }) => actionsInHand(run))
    const actions = [...new Set([...endedMeanwhile, ...inHand])].filter(Boolean).slice(0, MAX_ACTIONS)
    if (actions.length > 0) telemetry.emit('loopBlocked', { milliseconds, actions })
  })
}
