import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConduit } from '../../src/index.ts'
import { SCOPES } from '../../src/wire/access.ts'
import { withNullable } from './nullable.ts'
import { readStreams } from './streams.ts'
import { walk } from './walk.ts'

// `npm run openapi:check`, a step of `.ci/run`; it takes a minute of CPU time: other people's tools read the document, make clients of it that compile and
// run README's session, and stand between a walk through all operations and the service.
const HERE = import.meta.dirname
const DOCUMENT = join(HERE, '../openapi.json')
const GENERATED = join(HERE, 'generated')
const EXPECTED = '["succeeded", "Hello World", true, "Hello World", true, "/problems/not-found"]'

/** All that operations do can be done; what the walk has sent goes nowhere. */
const SETTINGS = {
  LOG_LEVEL: 'silent',
  PORT: '0',
  SECRETS_KEY: 'a key of the operator, with 32 characters',
  WEBHOOK_ALLOW_PRIVATE: 'true',
}

async function run(
  name: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const path = `${join(HERE, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  const options = { cwd: HERE, env: { ...process.env, ...env, PATH: path }, maxBuffer: 1e8 }
  const { stdout } = await promisify(execFile)(program, args, options).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${name}:\n${error.stdout}${error.stderr}`)
    },
  )
  process.stdout.write(`${name}: well\n`)
  return stdout
}

function same(name: string, said: string): void {
  const wanted = JSON.stringify(JSON.parse(EXPECTED))
  if (JSON.stringify(JSON.parse(said)) !== wanted) throw new Error(`${name} gave ${said}, not ${wanted}`)
}

await using stack = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'conduit-document-'))
stack.defer(() => rm(folder, { recursive: true, force: true }))
await rm(GENERATED, { recursive: true, force: true })
await run('install', 'npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'])
await run('spectral:oas', 'spectral', ['lint', '--fail-severity', 'hint', '--ruleset', 'spectral.yaml', DOCUMENT])

const generator = join(HERE, '../../client/generate')
await run('install of the client', 'npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', generator])
const types = join(generator, 'node_modules/.bin/openapi-typescript')
await run('openapi-typescript', types, [DOCUMENT, '--output', join(GENERATED, 'schema.ts')])
await run('hey-api', 'openapi-ts', ['-i', DOCUMENT, '-o', join(GENERATED, 'hey')])
await run('both compile strictly', 'tsc', ['--project', '.'])

const service = stack.use(
  await createConduit({ settings: { ...SETTINGS, DATA_DIR: folder, ...databaseOf(process.env) } }),
)
const url = await service.listen()
for (const name of ['fetch', 'hey']) {
  const program = join(GENERATED, 'js/sessions', `${name}.js`)
  same(name, await run(`session by ${name}`, process.execPath, [program], { CONDUIT_URL: url }))
}

if (await has('java', ['-version'])) await checkPython()
else process.stdout.write('OpenAPI Generator: left out, there is no java\n')
await checkAnswers()

/** A client by OpenAPI Generator, which reads 3.0 alone: it compiles, and runs README's session. */
async function checkPython(): Promise<void> {
  const down = join(folder, 'openapi30.json')
  const plain = join(folder, 'plain.json')
  await writeFile(plain, JSON.stringify(withNullable(JSON.parse(await readFile(DOCUMENT, 'utf8')))))
  await run('down to 3.0', 'openapi-down-convert', ['--input', plain, '--output', down])
  const jar = join(HERE, 'node_modules/@openapitools/openapi-generator-cli/bin/openapi-generator.jar')
  const python = join(GENERATED, 'python')
  await run('OpenAPI Generator, Python', 'java', [
    '-jar',
    jar,
    'generate',
    '-i',
    down,
    '-g',
    'python',
    '-o',
    python,
    '--skip-validate-spec',
  ])
  await run('Python compiles', 'python3', ['-m', 'compileall', '-q', join(python, 'openapi_client')])
  if (!(await has('python3', ['-c', 'import dateutil, pydantic, urllib3']))) {
    process.stdout.write('session by Python: left out, python3 lacks dateutil, pydantic or urllib3\n')
    return
  }
  same('Python', await run('session by Python', 'python3', [join(HERE, 'sessions/python.py')], { CONDUIT_URL: url }))
}

/** Prism stands between a walk through all operations and the service, and compares both with the document. */
async function checkAnswers(): Promise<void> {
  const port = await freePort()
  const prism = spawn(
    join(HERE, 'node_modules/.bin/prism'),
    ['proxy', DOCUMENT, url, '--errors', '--port', String(port)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  stack.defer(async () => {
    prism.kill('SIGTERM')
    await once(prism, 'exit')
  })
  const { promise: listening, resolve: heard } = Promise.withResolvers<void>()
  prism.stdout.on('data', (chunk: Buffer) => {
    if (chunk.includes('Prism is listening')) heard()
  })
  await listening
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8')) as Parameters<typeof walk>[0] &
    Parameters<typeof readStreams>[0]
  // The walk makes a key, which closes the service: it has one of its own from the start.
  const scopes = [...SCOPES]
  const { secret } = await service.http
    .inject({ method: 'POST', url: '/v1/keys', payload: { name: 'walk', scopes, tags: ['HTTP'] } })
    .then((reply) => reply.json<{ secret: string }>())
  const { findings, operations, answers } = await walk(document, `http://127.0.0.1:${port}`, secret)
  const all = [...findings, ...(await readStreams(document, url, secret))]
  for (const finding of all) process.stdout.write(`The document is broken: ${finding}\n`)
  if (all.length > 0) process.exitCode = 1
  else process.stdout.write(`${operations} operations, ${answers} answers and two streams are as documented\n`)
}

async function has(program: string, args: readonly string[]): Promise<boolean> {
  return promisify(execFile)(program, args).then(
    () => true,
    () => false,
  )
}

function databaseOf({ DATABASE_URL }: NodeJS.ProcessEnv): { DATABASE_URL?: string } {
  return DATABASE_URL === undefined ? {} : { DATABASE_URL }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return free
}
