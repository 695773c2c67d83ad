import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The real service as a process of its own, killed at the end of the scope if it is still there. */
export type ServiceProcess = AsyncDisposable & {
  readonly url: string
  /** Ends it with a signal; gives its exit code, null after `SIGKILL`. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts `src/main.ts` on a free port, and resolves when it listens. Rejects with what it said where it does not. */
export async function startService(settings: Record<string, string>): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../src/main.ts')], {
    env: { PATH: process.env['PATH'], PORT: '0', LEASE_SECONDS: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    return serviceOf(child, await listening(child))
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

async function listening(child: ChildProcess): Promise<string> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  if (child.stdout === null) throw new Error('the process has no output')
  for await (const line of createInterface(child.stdout)) {
    const address = /Conduit listens on (http:\/\/\S+),/.exec(line)?.[1]
    if (address !== undefined) {
      child.stdout.resume()
      return address
    }
  }
  throw new Error(said)
}

function serviceOf(child: ChildProcess, url: string): ServiceProcess {
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    }
    return child.exitCode
  }
  return {
    url,
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL')
    },
  }
}
