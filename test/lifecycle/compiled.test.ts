import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startService } from '../faults/process.ts'
import { createTestDatabase } from '../support/database.ts'
import { PATIENCE_MS } from '../support/patience.ts'

test('what a start compiled is kept for the next one, also where the process is killed', async () => {
  await using database = await createTestDatabase()
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'conduit-compiled-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await using service = await startService({ DATABASE_URL: database.url, NODE_COMPILE_CACHE: folder })
  // It is written right behind the line that says where the service listens.
  const kept = await vi.waitFor(async () => {
    const files = await readdir(folder, { recursive: true })
    expect(files.length).toBeGreaterThan(30)
    return files.length
  }, PATIENCE_MS)
  await service.end('SIGKILL')
  expect((await readdir(folder, { recursive: true })).length).toBeGreaterThanOrEqual(kept)
})
