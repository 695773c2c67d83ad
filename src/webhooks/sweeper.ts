import type { Database } from '../store/client.ts'
import type { Judge } from '../store/judge.ts'
import { rescueMessages, wakeMessages } from '../store/messages/sweep.ts'
import type { OrphanFinder } from './orphans.ts'
import type { Telemetry } from '../telemetry.ts'

/** What the sweep of messages looks through. */
export type SweeperOptions = {
  readonly database: Database
  readonly telemetry: Telemetry
  readonly leaseSeconds: number
  readonly orphans: OrphanFinder
  /** Who may say of replicas that they are dead; null: nobody now. */
  readonly judge: () => Judge | null
}

/** Works on its own until it is stopped. */
export type Sweeper = { stop(): Promise<void> }

/** An attempt that is due is found this soon, and so is what other replicas recorded and did not send themselves. */
const WAKE_MS = 250
const BATCH = 500

/** Lets go what is due, what dead replicas had in hand, and what is in nobody's hand here; `onTurn` then looks for work. */
export function startSweeper(options: SweeperOptions, onTurn: () => void): Sweeper {
  const { database, telemetry, leaseSeconds, orphans } = options
  let running: Promise<void> | null = null
  let nextRescue = 0
  const turn = async (): Promise<void> => {
    try {
      if (performance.now() >= nextRescue) {
        nextRescue = performance.now() + (leaseSeconds * 1000) / 3
        const judge = options.judge()
        const messages = judge === null ? 0 : await rescueMessages(database, leaseSeconds, judge)
        if (messages > 0) telemetry.emit('messagesRescued', { messages })
        const orphaned = await orphans.look()
        if (orphaned > 0) telemetry.emit('messagesOrphaned', { messages: orphaned })
      }
      while ((await wakeMessages(database, BATCH)) === BATCH) onTurn()
    } catch (error) {
      telemetry.emit('databaseFailed', { during: 'looking for messages that are due', error })
    }
    onTurn()
  }
  const timer = setInterval(() => {
    running ??= turn().finally(() => {
      running = null
    })
  }, WAKE_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
