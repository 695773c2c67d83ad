import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, '../../bin/start.js')

test('a signal that comes while the service starts ends it with 0, and its database with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conduit-start-'))
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
  await chmod(folder, 0o755) // root's server runs as another user
  const changes = watch(folder)[Symbol.asyncIterator]()
  const first = changes.next()
  const dataDir = join(folder, 'data')
  const service = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(service, 'exit')
  const said: string[] = []
  service.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  try {
    await Promise.race([first, exited])
    service.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(said.join('')).not.toContain('Conduit listens on')
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  } finally {
    service.kill('SIGKILL')
    await changes.return?.()
  }
})
