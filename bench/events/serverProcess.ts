import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Usage = { readonly memory: NodeJS.MemoryUsage; readonly cpu: NodeJS.CpuUsage }

/** The measured service, a process of its own. */
export type ServerProcess = AsyncDisposable & {
  readonly url: string
  /** Memory after a garbage collection, and CPU so far. */
  usage(): Promise<Usage>
}

export async function startServer(settings: Record<string, string>): Promise<ServerProcess> {
  const child = fork(join(import.meta.dirname, 'server.ts'), {
    env: { PATH: process.env['PATH'], PORT: '0', ...settings },
    execArgv: ['--expose-gc'],
  })
  const answer = async <T>(): Promise<T> => {
    const [message] = await once(child, 'message')
    return message as T
  }
  const { url } = await answer<{ url: string }>()
  return {
    url,
    usage: () => {
      const usage = answer<Usage>()
      child.send('usage')
      return usage
    },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.send('close')
      await exited
    },
  }
}
