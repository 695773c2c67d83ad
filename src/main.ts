import { flushCompileCache } from 'node:module'
import closeWithGrace from 'close-with-grace'
import { createConduit } from './compose/conduit.ts'
import { ConfigError, readConfig } from './config/read.ts'
import { blameStep } from './executor/run/blame.ts'
import { explainFailure } from './compose/failure.ts'
import { openLogOutput } from './process/logOutput.ts'
import { createLog, type Logger } from './logging.ts'
import type { Telemetry } from './telemetry.ts'

/** Beyond `SHUTDOWN_SECONDS`: time to write what is left and to close connections. */
const CLOSING_SECONDS = 15

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** For a person; the log says where it listens. */
const HOW_TO_STOP = 'Ctrl-C stops it: running steps end first, the rest goes on at the next start\n'

/** Errors that nobody caught. */
const ESCAPES = ['uncaughtException', 'unhandledRejection'] as const

/** A Ctrl-C under npm comes twice, from the terminal and from npm, which passes its own on: that is one wish, not two. */
const ECHO_MS = 1000

/** The process of a service, until a signal ends it. To import it begins nothing: an image has it compiled when it is built. */
export async function serve(): Promise<void> {
  try {
    checkNode()
    const config = readConfig(process.env)
    const output = await openLogOutput(config.LOG_FORMAT)
    const log = createLog(config.LOG_LEVEL, output)
    const starting = createConduit({ settings: process.env, log })
    // From here on a signal is heard: one that comes while the service starts closes it as soon as it is up.
    const { close } = closeWithGrace(
      { delay: (config.SHUTDOWN_SECONDS + CLOSING_SECONDS) * 1000, logger: log, skip: [...SIGNALS, ...ESCAPES] },
      async ({ signal }) => {
        if (signal) log.info({ signal }, 'shutting down')
        await (await starting).close()
        await output.drained?.()
      },
    )
    const signals = closeOnSignals(log, close)
    const conduit = await starting
    surviveEscapes(log, conduit.telemetry)
    if (!signals.received) {
      await conduit.listen().catch(async (error: unknown) => {
        await conduit.close()
        throw error
      })
      if (process.stdout.isTTY) process.stdout.write(HOW_TO_STOP)
      // Node keeps it at the end of a process, but one that is killed has none.
      flushCompileCache()
    }
  } catch (error) {
    process.stderr.write(`conduit can't start: ${explainFailure(error)}\n`)
    process.exit(1)
  }
}

/**
 * Lives on after an error that nobody caught: one promise that a block forgot is no reason to take every other job down.
 * The step that is to blame fails where that can be told. While the service starts such an error still ends it.
 */
function surviveEscapes(log: Logger, telemetry: Telemetry): void {
  const survive = (error: unknown): void => {
    const blamed = blameStep(error)
    telemetry.emit('errorEscaped', { error, blamed })
    log.error({ err: error, blamed }, 'an error that nobody caught')
  }
  for (const event of ESCAPES) process.on(event, survive)
}

/** The first signal drains, one that comes later ends the process at once. */
function closeOnSignals(log: Logger, close: () => unknown): { readonly received: boolean } {
  let first: number | null = null
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now()
    if (first === null) {
      first = now
      log.info({ signal }, 'shutting down')
      close()
    } else if (now - first > ECHO_MS) {
      log.error({ signal }, 'a second signal; ending at once')
      process.exit(1)
    }
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return {
    get received() {
      return first !== null
    },
  }
}

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 16)) return
  throw new ConfigError(`Node ${process.versions.node} is too old; install Node 24.16 or newer`)
}
