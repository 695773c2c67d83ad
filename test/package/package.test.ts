import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { pagePaths, readPage } from '../docs/fences.ts'
import { compilerErrors, programsOf, writePrograms } from '../docs/programs.ts'
import { guideSections } from '../../src/http/docs/guides.ts'
import { createTestDatabase } from '../support/database.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { type Packed, packAndInstall, ROOT, run } from './pack.ts'

// Compilers and npm are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 3 * PATIENCE_MS, hookTimeout: 3 * PATIENCE_MS })

let packed: Packed
beforeAll(async () => {
  packed = await packAndInstall()
})
afterAll(() => packed[Symbol.asyncDispose]())

const COMMAND = ({ project }: Packed): string => join(project, 'node_modules/@conduit-jobs/server/bin/conduit.js')

/** What an embedder may write. */
const PROGRAM = `
import { createConduit, defineBlock, InvalidArgument, runJob, StopJob, Type } from '@conduit-jobs/server'

const shout = defineBlock({
  action: 'TEXT.SHOUT',
  description: 'Upper-cases and adds marks.',
  parameters: Type.Object({ text: Type.String(), marks: Type.Integer({ minimum: 1, default: 1 }) }),
  returns: Type.String(),
  effects: false,
  run: ({ text, marks }) => {
    if (text === '') throw new InvalidArgument('there is nothing to shout')
    if (text === 'stop') throw new StopJob('enough')
    return text.toUpperCase() + '!'.repeat(marks)
  },
})
const definition = { steps: [{ action: 'TEXT.SHOUT', parameters: { text: 'hi', marks: 2 } }], output: '{: 1 :}' }

const inMemory = await runJob(definition, { blocks: [shout] })

await using conduit = await createConduit({
  blocks: [shout],
  settings: { DATABASE_URL: process.env.DATABASE_URL, LOG_LEVEL: 'silent' },
})
const reply = await conduit.http.inject({
  method: 'POST', url: '/v1/jobs', headers: { prefer: 'wait=60' }, payload: definition,
})
console.log(JSON.stringify([inMemory.output, reply.json().output]))
`

test('the package is imported: a block runs in memory, and in a service on a database', async () => {
  await using database = await createTestDatabase()
  await writeFile(join(packed.project, 'program.js'), PROGRAM)
  const program = `process.env.DATABASE_URL = ${JSON.stringify(database.url)}; await import('./program.js')`
  const said = await run(process.execPath, ['--input-type=module', '--eval', program], packed.project)
  expect(JSON.parse(said)).toEqual(['HI!!', 'HI!!'])
})

test('the types are those of the schemas, as a program sees them that is checked strictly', async () => {
  const good = `
import { defineBlock, runJob, type Job, Type } from '@conduit-jobs/server'
export const shout = defineBlock({
  action: 'SHOUT', description: 'Shouts.', parameters: Type.Object({ text: Type.String() }), returns: Type.String(),
  run: ({ text }) => text.toUpperCase(),
})
export const job: Promise<Job> = runJob({ steps: [] }, { blocks: [shout] })
`
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck']
  const args = [...options, '--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
  await writeFile(join(packed.project, 'good.ts'), good)
  await run('tsc', [...args, 'good.ts'], packed.project)
  await writeFile(join(packed.project, 'bad.ts'), good.replace('text.toUpperCase()', 'text.length'))
  await expect(run('tsc', [...args, 'bad.ts'], packed.project)).rejects.toThrow(
    /'number' is not assignable to type 'string/,
  )
})

test('the TypeScript of every page passes the compiler, against the types of the package', async () => {
  const pages = await Promise.all((await pagePaths()).map(async (page) => programsOf(page, await readPage(page))))
  await using programs = await writePrograms(pages.flat())
  expect(programs.files.length).toBeGreaterThan(5)
  const types = join(packed.project, 'node_modules/@conduit-jobs/server/dist/index.d.ts')
  expect(await compilerErrors(programs, types)).toBe('')
})

test('bin/index.js gives what src/index.ts gives', async () => {
  const entry = (await import(join(ROOT, 'bin/index.js'))) as object
  const source = (await import(join(ROOT, 'src/index.ts'))) as object
  expect(Object.keys(entry).sort()).toEqual(Object.keys(source).sort())
})

test('a service is started by its command line, with a module of blocks by either name, and the client speaks to it', async () => {
  const block = (name: string, action: string) => `
import { defineBlock, Type } from '${name}'
export const block = defineBlock({ action: '${action}', description: 'Says it.', parameters: Type.Object({}), run: () => '${action}' })
`
  await writeFile(join(packed.project, 'long.ts'), block('@conduit-jobs/server', 'SAY.LONG'))
  await writeFile(join(packed.project, 'short.ts'), block('conduit', 'SAY.SHORT'))
  await using database = await createTestDatabase()
  const env = {
    PATH: process.env['PATH'],
    TMPDIR: process.env['TMPDIR'],
    DATABASE_URL: database.url,
    BLOCKS: 'long.ts,short.ts',
    PORT: '0',
  }
  const service = spawn(process.execPath, [COMMAND(packed), 'start'], {
    cwd: packed.project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let url: string | undefined
    for await (const line of createInterface(service.stdout))
      if ((url = /listens on (http:[^ ,]+)/.exec(line)?.[1])) break
    const steps = [{ action: 'SAY.LONG' }, { action: 'SAY.SHORT' }]
    const program = `
import { createClient } from '@conduit-jobs/client'
const { jobs } = createClient({ baseUrl: '${url}' })
const job = await jobs.submit(${JSON.stringify({ steps, output: ['{: 1 :}', '{: 2 :}'] })}, { wait: true })
console.log(JSON.stringify(job.output))`
    await writeFile(join(packed.browserProject, 'program.js'), program)
    expect(await run(process.execPath, ['program.js'], packed.browserProject)).toBe('["SAY.LONG","SAY.SHORT"]\n')
  } finally {
    service.kill('SIGTERM')
    await once(service, 'exit')
  }
})

test('every guide that a service shows and searches is in it', async () => {
  const guides = (await guideSections()).flatMap((section) => section.guides)
  expect(guides.map(({ slug }) => slug)).toContain('client')
  for (const { file } of guides) await access(join(packed.project, 'node_modules/@conduit-jobs/server', file))
})

test('an old Node gets one line', async () => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"
  const line = 'conduit: Node 20.20.2 is too old; install Node 24.16 or newer'
  const started = (file: string) =>
    run(process.execPath, ['--import', `data:text/javascript,${old}`, file], packed.project)
  await expect(started(COMMAND(packed))).rejects.toThrow(new RegExp(`failed:\\n${line}\\n$`))
  await expect(started(join(ROOT, 'bin/start.js'))).rejects.toThrow(new RegExp(`failed:\\n${line}\\n$`))
  await writeFile(join(packed.project, 'old.js'), "import '@conduit-jobs/server'")
  await expect(started(join(packed.project, 'old.js'))).rejects.toThrow(line)
})

test('the command line is in it, and runs what was built', async () => {
  expect(await run(process.execPath, [COMMAND(packed), '--help'], packed.project)).toContain('webhook-secret')
})

test.each(['server', 'client'] as const)('publint and are-the-types-wrong find nothing in the %s', async (name) => {
  await run('publint', ['run', packed[name], '--strict'], packed.project)
  await run('attw', [packed[name], '--profile', 'esm-only'], packed.project)
})
