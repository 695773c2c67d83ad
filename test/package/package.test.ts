import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { type Packed, packAndInstall, ROOT, run } from './pack.ts'

// Compilers and npm are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let packed: Packed
beforeAll(async () => {
  packed = await packAndInstall()
})
afterAll(() => packed[Symbol.asyncDispose]())

/** What an embedder may write. */
const PROGRAM = `
import { createConduit, defineBlock, InvalidArgument, runJob, StopJob, Type } from 'conduit'

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
  method: 'POST', url: '/v1/jobs', headers: { prefer: 'wait=20' }, payload: definition,
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
import { defineBlock, runJob, type Job, Type } from 'conduit'
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

test('the command line is in it, and runs what was built', async () => {
  const command = join(packed.project, 'node_modules/conduit/bin/conduit.js')
  expect(await run(process.execPath, [command, '--help'], packed.project)).toContain('webhook-secret')
})

test('publint and are-the-types-wrong find nothing', async () => {
  await run('publint', ['run', packed.tarball, '--strict'], packed.project)
  await run('attw', [packed.tarball, '--profile', 'esm-only'], packed.project)
})
