import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, test } from 'vitest'
import { compilerErrors, programsOf, runPrograms, writePrograms } from '../docs/programs.ts'
import { readPage, ROOT } from '../docs/fences.ts'
import { startConduit } from '../support/conduit.ts'

// A compiler is started here: on a busy machine that takes its time.
const PAGE = 'client/README.md'

test("the README's programs pass the compiler and do what they say", async () => {
  await using programs = await writePrograms(programsOf(PAGE, await readPage(PAGE)))
  expect(await compilerErrors(programs)).toBe('')
  await using service = await startConduit({ settings: { PORT: '0' } })
  process.env['CONDUIT_URL'] = await service.conduit.listen()
  const [first, problems, webhooks] = await runPrograms(PAGE)
  expect(first).toMatchObject({ output: 'Hello World', failed: [], told: ['step.updated', 'job.finished'] })
  expect(problems).toMatchObject({ found: null })
  expect(webhooks?.['receive']).toBeInstanceOf(Function)
})

test('in a browser it is less than 12 KB gzipped', async () => {
  const entry = join(ROOT, 'client/dist/index.js')
  const lib = { entry, formats: ['es' as const], fileName: 'client' }
  const built = await build({ configFile: false, logLevel: 'silent', build: { write: false, minify: true, lib } })
  const [output] = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  if (output?.type !== 'chunk') return expect.fail('nothing was built')
  expect(gzipSync(output.code).length).toBeLessThan(12_000)
})

test('what is committed needs no build and no Node of ours', async () => {
  const files = (await readdir(join(ROOT, 'client/dist'), { recursive: true })).filter((name) => name.endsWith('.js'))
  const imports = await Promise.all(
    files.map(async (name) => {
      const text = await readFile(join(ROOT, 'client/dist', name), 'utf8')
      return [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, from]) => from)
    }),
  )
  expect(new Set(imports.flat())).toEqual(new Set(['eventsource-parser']))
})
