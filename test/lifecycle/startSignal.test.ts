import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../../bin/start.js')

test.each([
  { name: 'a signal that comes while the service starts', signal: 'SIGTERM', during: /./, isForAll: false },
  // Where there is no terminal nothing stands for its Ctrl-C but a signal to the whole process group.
  { name: 'a Ctrl-C while its database is made', signal: 'SIGINT', during: /postgres\.new\..*\/./, isForAll: true },
] as const)('$name ends it with 0, and its database with it', async ({ signal, during, isForAll }) => {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-start-'))
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
  await chmod(folder, 0o755) // root's server runs as another user
  const stop = new AbortController()
  const seen = firstChange(folder, during, stop.signal)
  const dataDir = join(folder, 'data')
  const service = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const exited = once(service, 'exit')
  const said: string[] = []
  for (const output of [service.stdout, service.stderr]) output.on('data', (chunk: Buffer) => said.push(String(chunk)))
  try {
    await Promise.race([seen, exited])
    process.kill(isForAll ? -Number(service.pid) : Number(service.pid), signal)
    expect([...(await exited), said.join('')]).toEqual([0, null, expect.stringContaining('shutting down')])
    expect(said.join('')).not.toMatch(/Conduit listens on|can't start/)
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  } finally {
    service.kill('SIGKILL')
    stop.abort()
  }
})

/** Resolves when something changes below a folder whose path is so; or when it is stopped. */
async function firstChange(folder: string, path: RegExp, signal: AbortSignal): Promise<void> {
  try {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename !== null && path.test(filename)) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
