import { writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { parentPort, workerData } from 'node:worker_threads'
import { holderOfLoop } from '../../process/blockCalls.ts'
import { openDatabase } from '../../store/client.ts'
import { causeOf } from '../../store/postgres/failures.ts'
import { type Replica, renewReplica } from '../../store/replica.ts'
import type { ClockSample } from './databaseClock.ts'
import { LeaseState, now } from './leaseState.ts'

/** What the thread is given. */
export type KeeperData = {
  readonly connectionString: string
  readonly replica: Replica
  readonly leaseSeconds: number
  /** The process ends when the event loop that runs jobs has been silent for longer. */
  readonly silenceSeconds: number
  readonly memory: SharedArrayBuffer
  /** What is under way on the event loop that runs jobs. */
  readonly blockCalls: Int32Array
}

/** What it tells. `gone`: the row was cleared away, and the thread waits for the id of another. */
export type KeeperMessage =
  | { readonly kind: 'renewed'; readonly sample: ClockSample }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string }

/** What it is told: who it is by a new row, or to stop. */
export type KeeperOrder = { readonly replica: Replica } | 'stop'

/*
 * A thread of its own: it renews the lease while a block holds the event loop that runs jobs, and ends the process when
 * that loop has been silent for too long. Its connection is its own too: nothing that waits there waits here.
 */

/** On a short lease a busy server still gets its time. */
const LEAST_ANSWER_MS = 500

const port = parentPort
if (port === null) throw new Error('this module is run as a worker thread')
const { connectionString, leaseSeconds, silenceSeconds, memory, blockCalls, ...data } = workerData
const state = new LeaseState(memory)
const period = (leaseSeconds * 1000) / 3
const database = openDatabase({ connectionString, max: 1, timeoutMs: Math.max(period, LEAST_ANSWER_MS), idleMs: 0 })
const post = (message: KeeperMessage): void => port.postMessage(message)

let { replica } = data
/** At once: its connection is the first of all, and is kept. */
let timer = setTimeout(turn, 0)

function turn(): void {
  renew().then(
    (again) => {
      if (again) timer = setTimeout(turn, period)
    },
    (error: unknown) => {
      post({ kind: 'failed', ...causeOf(error) })
      timer = setTimeout(turn, Math.min(period, RETRY_MS))
    },
  )
}

/** A database that is away is asked again after so long. */
const RETRY_MS = 200

/** Gives whether there is a lease to be renewed again. */
async function renew(): Promise<boolean> {
  const sent = now()
  const renewed = await renewReplica(database, replica, leaseSeconds)
  if (renewed === null) {
    state.lapse()
    post({ kind: 'gone' })
    return false
  }
  const received = Number(now().monotonic) / 1e6
  state.renewed(sent, leaseSeconds * 1000, renewed.lapses)
  post({ kind: 'renewed', sample: { now: renewed.now, sent: Number(sent.monotonic) / 1e6, received } })
  return true
}

port.on('message', (order: KeeperOrder) => {
  clearTimeout(timer)
  if (order !== 'stop') {
    replica = order.replica
    timer = setTimeout(turn, period)
    return
  }
  clearInterval(watchdog)
  port.close()
  void database.close()
})

/**
 * Silence is counted in ticks of this thread, not by a clock: a process that was frozen as a whole was not silent. A
 * supervisor starts the process again, and the job that held it counts a takeover.
 */
const TICK_MS = Math.min(500, silenceSeconds * 100)
let silentMs = 0
let beats = state.beats
const watchdog = setInterval(() => {
  silentMs = state.beats === beats ? silentMs + TICK_MS : 0
  beats = state.beats
  if (silentMs > silenceSeconds * 1000) endProcess()
}, TICK_MS)

/** From a thread only a signal ends the process for sure; its own exit, with code 1, is asked for first. */
function endProcess(): void {
  clearInterval(watchdog)
  const line = { level: 60, time: Date.now(), pid: process.pid, ms: silentMs, by: holderOfLoop(blockCalls), msg: HELD }
  writeSync(2, `${JSON.stringify(line)}\n`)
  const session = new Session()
  session.connectToMainThread()
  session.post('Runtime.evaluate', { expression: 'process.exit(1)' })
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), EXIT_MS)
}

const HELD = 'the event loop was held for longer than STEP_TIMEOUT_SECONDS; the process ends, its jobs are taken over'
const EXIT_MS = 1000
