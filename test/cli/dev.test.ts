import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from '@conduit-jobs/client'
import { expect, test, vi } from 'vitest'
import { ROOT } from '../docs/fences.ts'
import { createTestDatabase } from '../support/database.ts'

vi.setConfig({ testTimeout: 180_000 })

const moduleWith = (action: string): string => `
import { defineBlock, Type } from 'conduit'
export const block = defineBlock({ action: '${action}', description: 'Says it.', parameters: Type.Object({}), run: () => '${action}' })
`

test('`conduit dev` starts again when a block module changes, and a job goes on where it stood', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-dev-'))
  await using database = await createTestDatabase()
  const path = join(folder.path, 'blocks.ts')
  await writeFile(path, moduleWith('SAY.FIRST'))
  const service = spawn(process.execPath, [join(ROOT, 'bin/conduit.js'), 'dev'], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], BLOCKS: path, PORT: '0', DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface(service.stdout)[Symbol.asyncIterator]()
    const listening = async (): Promise<string> => {
      for (;;) {
        const { value = '', done } = await lines.next()
        const url = /Conduit listens on (http:[^ ,]+)/.exec(value)?.[1]
        if (url !== undefined) return url
        if (done === true) throw new Error('the service ended')
      }
    }
    const { jobs } = createClient({ baseUrl: await listening() })
    const steps = [{ action: 'SAY.FIRST' }, { id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } }]
    const { id } = await jobs.submit({ steps, output: '{: 1 :}' })
    for await (const { type } of jobs.events(id)) if (type === 'step.waiting') break

    await writeFile(path, moduleWith('SAY.SECOND'))
    const again = createClient({ baseUrl: await listening() })
    await again.jobs.signal(id, 'go')
    expect(await again.jobs.wait(id)).toMatchObject({ state: 'succeeded', output: 'SAY.FIRST' })
    const catalogue = await Array.fromAsync(again.blocks.list({ match: 'SAY.*' }))
    // A module's types are not looked at: a block that does not say what it gives may give anything.
    expect(catalogue).toMatchObject([{ action: 'SAY.SECOND', returns: {} }])
  } finally {
    service.kill('SIGTERM')
    await once(service, 'exit')
  }
})
