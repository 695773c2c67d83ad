import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The real service as a process of its own, killed at the end of the scope if it is still there. */
export type ServiceProcess = AsyncDisposable & {
  readonly url: string
  /** What it wrote so far, line by line. */
  readonly lines: readonly string[]
  /** Resolves with its exit code when it is over; null after a signal that it could not heed. */
  readonly exited: Promise<number | null>
  /** Sends a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void
  /** Ends it with a signal; gives its exit code, null after `SIGKILL`. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export type ProcessOptions = {
  /** What is run, from the repository's root. Default: `bin/start.js`. */
  readonly entry?: string
  /** Options of Node. */
  readonly execArgv?: readonly string[]
}

const ROOT = join(import.meta.dirname, '../..')

/** Where `bin/start.js` keeps what Node compiled: other entries find it there too, and start in two thirds of the time. */
const COMPILED = join(ROOT, 'node_modules/.cache/conduit')

/** Starts the service on a free port, and resolves when it listens. Rejects with what it said where it does not. */
export async function startService(
  settings: Record<string, string>,
  { entry = 'bin/start.js', execArgv = [] }: ProcessOptions = {},
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [...execArgv, join(ROOT, entry)], {
    env: {
      PATH: process.env['PATH'],
      TMPDIR: tmpdir(),
      PORT: '0',
      LEASE_SECONDS: '1',
      NODE_COMPILE_CACHE: COMPILED,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  try {
    return serviceOf(child, await listening(child, lines), lines)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

async function listening(child: ChildProcess, lines: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    lines.push(...chunk.toString().split('\n').filter(Boolean))
  })
  if (child.stdout === null) throw new Error('the process has no output')
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    const address = /Conduit listens on (http:\/\/[^\s,]+)/.exec(line)?.[1]
    if (address !== undefined) resolve(address)
  })
  child.once('close', () => reject(new Error(said)))
  return promise
}

function serviceOf(child: ChildProcess, url: string, lines: readonly string[]): ServiceProcess {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
  // Its last lines are read by then.
  const exited = isOver() ? Promise.resolve(child.exitCode) : once(child, 'close').then(() => child.exitCode)
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!isOver()) child.kill(signal)
    return exited
  }
  return {
    url,
    lines,
    exited,
    signal: (signal) => void child.kill(signal),
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL')
    },
  }
}
