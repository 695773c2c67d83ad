import { cancelRun } from '../../engine/run/run.ts'
import type { Database } from '../../store/client.ts'
import { cancelledJobsOf } from '../../store/jobs/cancel.ts'
import type { Telemetry } from '../../telemetry.ts'
import type { Lease } from '../lease/lease.ts'
import type { Writer } from '../run/recordRun.ts'
import type { Slots } from '../queue/slots.ts'
import { commitProgress, isDue } from '../run/write.ts'

/** Something that works on its own, over and over, until it is stopped. */
export type Agent = { stop(): Promise<void> }

/** Calls `work` again and again, never twice at once; an error is told of, and the next turn tries again. */
export function every(milliseconds: number, telemetry: Telemetry, during: string, work: () => Promise<void>): Agent {
  let running: Promise<void> | null = null
  const turn = (): void => {
    running ??= work()
      .catch((error: unknown) => {
        telemetry.emit('databaseFailed', { during, error })
      })
      .finally(() => {
        running = null
      })
  }
  const timer = setInterval(turn, milliseconds)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

const TEND_MS = 25

/** Commits steps that have waited long enough for company, also while a long step of their job still runs. */
export function startTender(slots: Slots, writer: Writer): Agent {
  return every(TEND_MS, writer.telemetry, 'recording', async () => {
    const now = performance.now()
    for (const active of slots.values()) {
      if (active.writing === null && !active.ending && isDue(active, now)) {
        void commitProgress(active, writer, active.currentStep).catch((error: unknown) => {
          writer.telemetry.emit('databaseFailed', { during: 'recording', error })
        })
      }
    }
  })
}

const CANCEL_MS = 500

/** Finds the cancels that other replicas recorded for jobs that run here. */
export function startCancelWatch(database: Database, lease: Lease, slots: Slots, telemetry: Telemetry): Agent {
  return every(CANCEL_MS, telemetry, 'looking for cancels', async () => {
    if (slots.running === 0) return
    for (const job of await cancelledJobsOf(database, lease.replica)) {
      const active = slots.get(job)
      if (active?.fence === job.fence) cancelRun(active.run)
    }
  })
}

const LOOP_MS = 100
const LOOP_BLOCKED_MS = 400

/** Notices that the event loop stood still, and names the steps that were running then. */
export function startLoopWatch(slots: Slots, telemetry: Telemetry): Agent {
  let last = performance.now()
  return every(LOOP_MS, telemetry, 'watching the event loop', async () => {
    const now = performance.now()
    const milliseconds = now - last - LOOP_MS
    last = now
    if (milliseconds < LOOP_BLOCKED_MS) return
    const actions = slots.values().map(({ run, plan }) => plan.steps[run.next]?.definition.action ?? '')
    if (actions.length > 0)
      telemetry.emit('loopBlocked', { milliseconds, actions: [...new Set(actions)].filter(Boolean).slice(0, 20) })
  })
}
