import { setTimeout } from 'node:timers/promises'
import { type DestinationStream, destination } from 'pino'

/**
 * Lines are written together, for a write each cost a fifteenth of the service's time under load: when they fill so many
 * characters, at the latest after so long, and at the end of the process.
 */
const PAGE_LENGTH = 16 * 1024
const PERIOD_MS = 100

/** What may wait for a reader of the log that has stopped reading; more is dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** A reader that has taken nothing for so long, while something waited, has stopped reading. */
const SILENT_MS = 1000
const LOOK_MS = 10

/** Where lines go. */
export type LogOutput = DestinationStream & {
  /** Until everything was taken; gives up where nobody takes anything: the process then ends without it. */
  drained?(): Promise<void>
}

/** How lines are written: for programs, or for people. */
export type LogFormat = 'json' | 'pretty'

/** Standard output in a format; without one for people on a terminal, for programs elsewhere. */
export async function openLogOutput(format: LogFormat | undefined): Promise<LogOutput> {
  const chosen = format ?? (process.stdout.isTTY ? 'pretty' : 'json')
  if (chosen === 'json') return logOutput()
  const { default: pretty } = await import('pino-pretty')
  return pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', colorize: process.stdout.isTTY })
}

/**
 * Standard output, by the page. pino's own destination gathers lines too, but measures all of them again at each line:
 * that copied what it had gathered, and was an eighth of what a job allocated.
 */
export function logOutput(): LogOutput & { flushSync(): void } {
  const output = destination({ dest: 1, sync: false, minLength: 0, maxLength: MAX_WAITING_BYTES })
  const reader = watchReader(output)
  let lines = ''
  let timer: NodeJS.Timeout | undefined
  const writeOut = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (lines === '') return
    reader.given()
    output.write(lines)
    lines = ''
  }
  // pino calls it at the end of the process, and behind a fatal line.
  const flushSync = output.flushSync.bind(output)
  output.flushSync = () => {
    writeOut()
    flushSync()
  }
  return {
    write: (line) => {
      lines += line
      if (lines.length >= PAGE_LENGTH) writeOut()
      else timer ??= globalThis.setTimeout(writeOut, PERIOD_MS).unref()
    },
    flushSync: () => output.flushSync(),
    drained: async () => {
      writeOut()
      while (reader.isBehind() && !reader.isSilent()) await setTimeout(LOOK_MS)
    },
  }
}

/** Whether somebody reads what is written. Where nobody does, the process ends without telling the rest. */
function watchReader(output: ReturnType<typeof destination>): {
  given(): void
  isBehind(): boolean
  isSilent(): boolean
} {
  let isBehind = false
  let isClosed = false
  let takenAt = 0
  output.on('write', () => (takenAt = performance.now()))
  output.on('drain', () => (isBehind = false))
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    isClosed = true
  })
  const reader = {
    given: () => {
      if (!isBehind) takenAt = performance.now()
      isBehind = true
    },
    isBehind: () => isBehind && !isClosed,
    isSilent: () => reader.isBehind() && performance.now() - takenAt > SILENT_MS,
  }
  // Before pino writes the rest and waits until it is taken.
  process.prependListener('exit', () => {
    if (reader.isSilent()) endUnread()
  })
  return reader
}

/**
 * Ends the process where a write that nobody takes would hold it for ever: an exit waits for the thread that writes, a
 * signal does not.
 */
function endUnread(): void {
  process.removeAllListeners('SIGTERM')
  process.kill(process.pid, 'SIGTERM')
}
