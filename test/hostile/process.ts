import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Said } from './service.ts'

/** The service in another process, killed at the end of the scope. */
export type ServiceUnderFire = AsyncDisposable & {
  readonly url: URL
  /** What it has written to its log and its error output so far. */
  readonly log: () => string
  /** Null as long as it lives, else how it ended. */
  readonly ended: () => string | null
  /** The heap in bytes after garbage was collected. */
  heapBytes(): Promise<number>
  /** Lets it drain and end, so that its log is whole; gives its exit code. */
  close(): Promise<number | null>
}

/** Starts `service.ts` and resolves when it listens. */
export async function startUnderFire(settings: Record<string, string>): Promise<ServiceUnderFire> {
  const child = fork(join(import.meta.dirname, 'service.ts'), {
    execArgv: ['--expose-gc'],
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], PORT: '0', SHUTDOWN_SECONDS: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let log = ''
  let ended: string | null = null
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk: Buffer) => (log += chunk.toString()))
  child.once('exit', (code, signal) => {
    ended = `code ${code}, signal ${signal}: ${log.slice(-2000)}`
  })
  const next = async (): Promise<Said> => {
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(ended))])
    return said
  }
  const first = await next()
  if (!('url' in first)) throw new Error('the service said something else first')
  return {
    url: new URL(first.url),
    log: () => log,
    ended: () => ended,
    heapBytes: async () => {
      child.send('heap')
      const said = await next()
      return 'heapBytes' in said ? said.heapBytes : Number.NaN
    },
    close: async () => {
      if (ended !== null) return child.exitCode
      const exit = once(child, 'exit')
      child.send('close')
      await exit
      return child.exitCode
    },
    [Symbol.asyncDispose]: async () => {
      if (ended !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}
