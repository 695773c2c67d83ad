import { type DestinationStream, destination } from 'pino'

/**
 * Lines are written together, for a write each cost a fifteenth of the service's time under load: when they fill so many
 * characters, at the latest after so long, and at the end of the process.
 */
const PAGE_LENGTH = 16 * 1024
const PERIOD_MS = 100

/** What may wait for a reader of the log that has stopped reading; more is dropped. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024

/** How lines are written: for programs, or for people. */
export type LogFormat = 'json' | 'pretty'

/** Standard output in a format; without one for people on a terminal, for programs elsewhere. */
export async function openLogOutput(format: LogFormat | undefined): Promise<DestinationStream> {
  const chosen = format ?? (process.stdout.isTTY ? 'pretty' : 'json')
  if (chosen === 'json') return logOutput()
  const { default: pretty } = await import('pino-pretty')
  return pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', colorize: process.stdout.isTTY })
}

/**
 * Standard output, by the page. pino's own destination gathers lines too, but measures all of them again at each line:
 * that copied what it had gathered, and was an eighth of what a job allocated.
 */
export function logOutput(): DestinationStream & { flushSync(): void } {
  const output = destination({ dest: 1, sync: false, minLength: 0, maxLength: MAX_WAITING_BYTES })
  let lines = ''
  let timer: NodeJS.Timeout | undefined
  const writeOut = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (lines !== '') output.write(lines)
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
      else timer ??= setTimeout(writeOut, PERIOD_MS).unref()
    },
    flushSync: () => output.flushSync(),
  }
}
