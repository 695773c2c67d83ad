import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from '@conduit-jobs/client'
import { expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { PATIENCE_MS } from '../support/patience.ts'

vi.setConfig({ testTimeout: 2 * PATIENCE_MS })

const MAIN = join(import.meta.dirname, '../../bin/start.js')

/** What stands in a pipe, and in the reader's own buffer, is far less than what so many jobs tell. */
const JOBS = 3000

test('a service whose log nobody reads any more drains and ends, by the signal that it got', async () => {
  await using database = await createTestDatabase()
  const service = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], PORT: '0', DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(service, 'exit')
  try {
    const lines = createInterface(service.stdout)
    const url = await new Promise<string>((resolve) => {
      lines.on('line', (line) => {
        const [, found] = /Conduit listens on (http:[^ ,]+)/.exec(line) ?? []
        if (found !== undefined) resolve(found)
      })
    })
    service.stdout.removeAllListeners('data').pause()
    const { request } = createClient({ baseUrl: url })
    const jobs = Array.from({ length: 1000 }, () => ({ steps: [{ action: 'LOGIC.TRUE' }] }))
    for (let made = 0; made < JOBS; made += jobs.length) await request('POST', '/v1/batches', { body: { jobs } })
    service.kill('SIGTERM')
    expect(await exited).toEqual([null, 'SIGTERM'])
  } finally {
    service.kill('SIGKILL')
  }
})
