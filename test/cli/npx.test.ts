import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { ROOT } from '../docs/fences.ts'
import { createTestDatabase } from '../support/database.ts'
import { allEnd, descendantsOf } from './descendants.ts'

test('what npx started ends when npx is told to end', async () => {
  await using database = await createTestDatabase()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-npx-'))
  await writeFile(join(folder.path, 'package.json'), '{ "private": true }')
  await mkdir(join(folder.path, 'node_modules/.bin'), { recursive: true })
  await symlink(join(ROOT, 'bin/conduit.js'), join(folder.path, 'node_modules/.bin/conduit'))
  const npx = spawn('npx', ['--offline', 'conduit', 'start'], {
    cwd: folder.path,
    env: {
      ...{
        PATH: process.env['PATH'],
        TMPDIR: process.env['TMPDIR'],
        HOME: folder.path,
        npm_config_update_notifier: 'false',
      },
      ...{ PORT: '0', DATABASE_URL: database.url, SHUTDOWN_SECONDS: '1' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(npx, 'exit')
  let listens = false
  for await (const line of createInterface(npx.stdout)) {
    listens = line.includes('Conduit listens on')
    if (listens) break
  }
  expect(listens).toBe(true)
  const started = await descendantsOf(npx.pid)
  expect(started.length).toBeGreaterThanOrEqual(2)
  npx.kill('SIGTERM')
  await ended
  await allEnd(started)
})
