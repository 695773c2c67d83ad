import { appendFile, chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ServiceProcess, startService } from '../faults/process.ts'
import { createTestDatabase } from '../support/database.ts'
import { age, type Checkout, copyCheckout } from './checkout.ts'
import { ROOT } from './pack.ts'

// A service of a checkout runs of a bundle of its sources, and never of one of other sources.

/** Has a process say of what it ran, when it ends. */
const TELLING = `import { registerHooks } from 'node:module'
const seen = { sources: 0, bundle: 0 }
registerHooks({ load(url, context, next) {
  if (url.includes('/src/')) seen.sources++
  if (url.includes('/conduit-bundle/')) seen.bundle++
  return next(url, context)
} })
process.on('exit', () => console.error('ran of ' + (seen.bundle > 0 ? 'the bundle' : '') + (seen.sources > 0 ? 'sources' : '')))`

const telling = ['--import', `data:text/javascript,${encodeURIComponent(TELLING)}`]

async function start({ entry }: Checkout, settings: Record<string, string>): Promise<ServiceProcess> {
  return await startService(settings, { entry, execArgv: telling })
}

/** Of what a service ran; it is ended. */
async function ranOf(service: ServiceProcess): Promise<string> {
  expect(await service.end('SIGTERM')).toBe(0)
  return service.lines.find((line) => line.startsWith('ran of')) ?? ''
}

/** The bundles of a checkout that are whole. */
async function bundlesOf({ bundles }: Checkout): Promise<string[]> {
  return (await readdir(bundles)).filter((name) => name !== 'made.json')
}

const CHANGE = "\nprocess.stdout.write('changed\\n')\n"

describe('a checkout', () => {
  test('is bundled at the first start, and again when a source is another one', async () => {
    await using database = await createTestDatabase()
    await using checkout = await copyCheckout()
    const settings = { DATABASE_URL: database.url }
    expect(await ranOf(await start(checkout, settings))).toBe('ran of the bundle')
    const first = await bundlesOf(checkout)
    expect(first).toHaveLength(1)
    expect(await ranOf(await start(checkout, settings))).toBe('ran of the bundle')
    expect(await bundlesOf(checkout)).toEqual(first)

    const source = join(checkout.path, 'src/main.ts')
    await appendFile(source, CHANGE)
    await age(source, 10)
    const changed = await start(checkout, settings)
    expect(changed.lines).toContain('changed')
    expect(await ranOf(changed)).toBe('ran of the bundle')
    // Who runs of the one before may load more of it.
    expect(await bundlesOf(checkout)).toEqual(expect.arrayContaining(first))
    expect(await bundlesOf(checkout)).toHaveLength(2)
  })

  test('runs of its sources while they are being written', async () => {
    await using database = await createTestDatabase()
    await using checkout = await copyCheckout()
    const source = join(checkout.path, 'src/main.ts')
    await appendFile(source, CHANGE)
    await age(source, -3600)
    const service = await start(checkout, { DATABASE_URL: database.url })
    expect(service.lines).toContain('changed')
    expect(await ranOf(service)).toBe('ran of sources')
    expect(await bundlesOf(checkout)).toEqual([])
  })

  test('runs of its sources where there is no bundler, or no place for a bundle', async () => {
    await using database = await createTestDatabase()
    await using checkout = await copyCheckout()
    await mkdir(join(checkout.path, 'node_modules/.cache'))
    // A file in the way: what a mode forbids root may do.
    await writeFile(checkout.bundles, '')
    await chmod(checkout.bundles, 0o444)
    expect(await ranOf(await start(checkout, { DATABASE_URL: database.url }))).toBe('ran of sources')
    await rm(checkout.bundles)
    await rm(join(checkout.path, 'node_modules/rolldown'))
    expect(await ranOf(await start(checkout, { DATABASE_URL: database.url }))).toBe('ran of sources')
  })

  test('runs of its sources under a debugger', async () => {
    await using database = await createTestDatabase()
    const execArgv = ['--inspect=127.0.0.1:0', ...telling]
    await using service = await startService({ DATABASE_URL: database.url }, { execArgv })
    expect(await ranOf(service)).toBe('ran of sources')
  })

  test('is bundled once by services that start together', async () => {
    await using database = await createTestDatabase()
    await using checkout = await copyCheckout()
    const settings = { DATABASE_URL: database.url }
    const services = await Promise.all([1, 2, 3].map(() => start(checkout, settings)))
    expect(await bundlesOf(checkout)).toHaveLength(1)
    const ran = await Promise.all(services.map(ranOf))
    expect(ran).toContain('ran of the bundle')
    expect(ran.join()).not.toContain('the bundlesources')
  })
})

test('a block of a file has the classes of the service, which runs of a bundle', async () => {
  await using database = await createTestDatabase()
  await using checkout = await copyCheckout()
  const service = await start(checkout, { DATABASE_URL: database.url, BLOCKS: join(ROOT, 'examples/blocks.ts') })
  const answer = await fetch(`${service.url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify({ steps: [{ action: 'TEXT.SHOUT', parameters: { text: '' } }] }),
  })
  expect(await answer.json()).toMatchObject({ state: 'failed', steps: [{ status: { name: 'INVALID_ARGUMENT' } }] })
  expect(await ranOf(service)).toBe('ran of the bundle')
})
