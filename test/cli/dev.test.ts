import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { createClient } from '@conduit-jobs/client'
import { expect, test, vi } from 'vitest'
import { ROOT } from '../docs/fences.ts'
import { createTestDatabase } from '../support/database.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { allEnd, childrenOf } from './descendants.ts'

vi.setConfig({ testTimeout: 3 * PATIENCE_MS })

const moduleWith = (action: string): string => `
import { defineBlock, Type } from 'conduit'
export const block = defineBlock({ action: '${action}', description: 'Says it.', parameters: Type.Object({}), run: () => '${action}' })
`

type Development = AsyncDisposable & {
  readonly process: ChildProcessByStdio<null, Readable, Readable>
  /** Where the service listens: the next address that it tells. */
  listening(): Promise<string>
  change(action: string): Promise<void>
}

/** `conduit dev` on one module, in a folder of its own. */
async function startDev(databaseUrl: string): Promise<Development> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'conduit-dev-'))
  const path = join(folder.path, 'blocks.ts')
  const change = (action: string): Promise<void> => writeFile(path, moduleWith(action))
  await change('SAY.FIRST')
  const dev = spawn(process.execPath, [join(ROOT, 'bin/conduit.js'), 'dev'], {
    cwd: folder.path,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      BLOCKS: path,
      PORT: '0',
      DATABASE_URL: databaseUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines = createInterface(dev.stdout)[Symbol.asyncIterator]()
  return {
    process: dev,
    change,
    listening: async () => {
      for (;;) {
        const { value = '', done } = await lines.next()
        const url = /Conduit listens on (http:[^ ,]+)/.exec(value)?.[1]
        if (url !== undefined) return url
        if (done === true) throw new Error('the service ended')
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (dev.exitCode === null && dev.signalCode === null) {
        dev.kill('SIGTERM')
        await once(dev, 'exit')
      }
      await folder[Symbol.asyncDispose]()
    },
  }
}

test('`conduit dev` starts again when a block module changes, and a job goes on where it stood', async () => {
  await using database = await createTestDatabase()
  await using dev = await startDev(database.url)
  const { jobs } = createClient({ baseUrl: await dev.listening() })
  const steps = [{ action: 'SAY.FIRST' }, { id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } }]
  const { id } = await jobs.submit({ steps, output: '{: 1 :}' })
  for await (const { type } of jobs.events(id)) if (type === 'step.waiting') break

  await dev.change('SAY.SECOND')
  const again = createClient({ baseUrl: await dev.listening() })
  await again.jobs.signal(id, 'go')
  expect(await again.jobs.wait(id)).toMatchObject({ state: 'succeeded', output: 'SAY.FIRST' })
  const catalogue = await Array.fromAsync(again.blocks.list({ match: 'SAY.*' }))
  // A module's types are not looked at: a block that does not say what it gives may give anything.
  expect(catalogue).toMatchObject([{ action: 'SAY.SECOND', returns: {} }])
})

test('the next service is loaded before a module changes', async () => {
  await using database = await createTestDatabase()
  await using dev = await startDev(database.url)
  await dev.listening()
  const [running, reserve] = await vi.waitFor(async () => {
    const both = await childrenOf(dev.process.pid)
    expect(both).toHaveLength(2)
    return both
  }, PATIENCE_MS)
  await dev.change('SAY.SECOND')
  await dev.listening()
  const now = await childrenOf(dev.process.pid)
  expect(now).toContain(reserve)
  expect(now).not.toContain(running)
})

test('`conduit dev` goes on where nobody reads what it says, and ends with its service at SIGTERM', async () => {
  await using database = await createTestDatabase()
  await using dev = await startDev(database.url)
  await dev.listening()
  const before = await childrenOf(dev.process.pid)
  dev.process.stderr.destroy()
  await dev.change('SAY.SECOND')
  await dev.listening()
  dev.process.stdout.destroy()
  const after = await childrenOf(dev.process.pid)
  dev.process.kill('SIGTERM')
  expect(await once(dev.process, 'exit')).toEqual([0, null])
  await allEnd([...before, ...after])
})

test('a service of `conduit dev` ends where dev was killed', async () => {
  await using database = await createTestDatabase()
  await using dev = await startDev(database.url)
  await dev.listening()
  const services = await childrenOf(dev.process.pid)
  dev.process.kill('SIGKILL')
  await once(dev.process, 'exit')
  await allEnd(services)
})
