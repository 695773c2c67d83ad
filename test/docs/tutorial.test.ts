import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { type Fence, fencesOf, readPage, ROOT } from './fences.ts'
import { PATIENCE_MS } from '../support/patience.ts'

// Each command is a process: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 5 * PATIENCE_MS })

const PAGE = 'docs/tutorial.md'
const BIN = join(ROOT, 'bin/conduit.js')

/** What differs from run to run: how long things took, and when. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d+(\.\d+)? m?s\b/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'MOMENT')
    .replaceAll(/TIME +/g, 'TIME ')
    .replaceAll(/TOOK +/g, 'TOOK ')
    .trim()

test('the tutorial goes as it is printed', async () => {
  const fences = fencesOf(PAGE, await readPage(PAGE))
  await using folder = await mkdtempDisposable(join(tmpdir(), 'conduit-tutorial-'))
  await using database = await createTestDatabase()
  const shop = fences.find(({ language }) => language === 'ts') as Fence
  await writeFile(join(folder.path, 'shop.ts'), shop.code)
  const environment = { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], HOME: folder.path }
  const service = spawn(process.execPath, [BIN, 'start'], {
    cwd: folder.path,
    env: { ...environment, BLOCKS: 'shop.ts', DATABASE_URL: database.url, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const env = { ...environment, CONDUIT_URL: await addressIn(service.stdout) }
    const shell = async (line: string): Promise<string> => {
      const command = line.replace('npx conduit', `"${process.execPath}" "${BIN}"`)
      return await new Promise((resolve) => {
        execFile('bash', ['-c', `${command} 2>&1`], { cwd: folder.path, env }, (_error, stdout) => resolve(stdout))
      })
    }
    for (const [i, { language, code, line }] of fences.entries()) {
      if (language === 'yaml') await writeFile(join(folder.path, 'order.yaml'), code)
      if (language !== 'sh' || code.startsWith('BLOCKS=')) continue
      let said = ''
      for (const command of code.trim().split('\n')) said += await untilReady(() => shell(command))
      expect(`${line}: ${steady(said)}`).toBe(`${line}: ${steady(fences[i + 1]?.code ?? '')}`)
    }
  } finally {
    service.kill('SIGTERM')
    await once(service, 'exit')
  }
})

/** A person reads before going on: by then the job has come to its question. */
async function untilReady(command: () => Promise<string>): Promise<string> {
  return await vi.waitFor(
    async () => {
      const said = await command()
      if (/is (queued|running)\b|asks nothing now/.test(said)) throw new Error(said)
      return said
    },
    { timeout: PATIENCE_MS, interval: 100 },
  )
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const url = /listens on (http:[^ ,]+)/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the service ended before it listened')
}
