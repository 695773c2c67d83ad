import { openSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { createConduit } from '../../src/compose/conduit.ts'
import { createLog } from '../../src/logging.ts'
import { Telemetry, type TelemetryEvents } from '../../src/telemetry.ts'

// The service, with a fault in it: a job named `SIGNAL-EVENT-N-…` sends its process that signal when it comes to that
// event for the Nth time (of steps: at position N), once over all replicas. `happens` is any event: the Nth one of the job
// that its process sees.

type JobEvent = { readonly id: string; readonly position?: number; readonly recorded?: number }

const EVENTS = ['jobAccepted', 'stepBegins', 'stepFinished', 'recorded', 'jobSuspended', 'jobFinished'] as const
const seen = new Map<string, number>()
const telemetry = new Telemetry()
for (const event of EVENTS) telemetry.on(event, (happened: TelemetryEvents[typeof event][0]) => strike(event, happened))

function strike(event: string, { id, position, recorded }: JobEvent): void {
  const [signal, wanted, n] = id.split('-')
  const count = (seen.get(id) ?? 0) + 1
  seen.set(id, count)
  const isHere =
    wanted === 'happens' ? Number(n) === count : wanted === event && Number(n) === (position ?? recorded ?? 0)
  if (!isHere || signal === undefined) return
  try {
    openSync(join(process.env['FAULT_DIR'] ?? '', id), 'wx')
  } catch {
    return // it struck before
  }
  process.kill(process.pid, signal)
}

const conduit = await createConduit({ settings: process.env, telemetry, log: createLog('info') })
process.stdout.write(`Conduit listens on ${await conduit.listen()}\n`)
flushCompileCache()
