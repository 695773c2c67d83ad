import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { PAGE_FOLDER } from '../../src/http/page/document.ts'
import { pageRoutes } from '../../src/http/page/routes.ts'
import { startConduit } from '../support/conduit.ts'
import { executablePath, launch, openPage } from './browser.ts'

/** A copy of the built page, to be built anew. */
async function copyOfPage(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  stack.defer(() => rm(folder, { recursive: true }))
  await cp(PAGE_FOLDER, folder, { recursive: true })
  return folder
}

async function scriptNamed(folder: string): Promise<string> {
  return /assets\/(page-[\w-]+\.js)/.exec(await readFile(join(folder, 'index.html'), 'utf8'))?.[1] ?? ''
}

/** What a build does: a file has another name, and the document names that one. */
async function buildAnew(folder: string): Promise<void> {
  const file = await scriptNamed(folder)
  await rename(join(folder, 'assets', file), join(folder, 'assets', 'page-NEWER.js'))
  const document = await readFile(join(folder, 'index.html'), 'utf8')
  await writeFile(join(folder, 'index.html'), document.replaceAll(file, 'page-NEWER.js'))
}

test('a page that was built anew is served without a restart', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await copyOfPage(stack)
  const app = Fastify()
  stack.defer(() => app.close())
  pageRoutes(app, { embedOrigins: [], folder })
  const old = (await app.inject('/ui/jobs')).payload
  expect(old).toContain(await scriptNamed(folder))
  await buildAnew(folder)
  expect((await app.inject('/ui/jobs')).payload).toContain('"./assets/page-NEWER.js"')
  expect((await app.inject('/ui/assets/page-NEWER.js')).statusCode).toBe(200)
  const document = await readFile(join(folder, 'index.html'))
  await rm(join(folder, 'index.html'))
  const away = await app.inject('/ui/')
  expect([away.statusCode, away.payload]).toEqual([503, expect.stringContaining('npm run ui')])
  await writeFile(join(folder, 'index.html'), document)
  expect((await app.inject('/ui/')).statusCode).toBe(200)
})

test.skipIf(executablePath === undefined)(
  'an open page whose files a newer one took away loads itself anew',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { conduit } = stack.use(await startConduit({ settings: { PORT: '0' } }))
    const url = await conduit.listen()
    const { page, wrong } = await openPage(await launch(stack), {}, [404])
    await page.goto(`${url}/ui/jobs?state=failed`)
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    // A page knows that it is older by the document, which names other files than its own.
    let isNewer = true
    await page.route('**/ui/assets/view-*.js', (route) => (isNewer ? route.fulfill({ status: 404 }) : route.continue()))
    await page.route('**/ui/blocks', async (route) => {
      if (route.request().isNavigationRequest()) {
        isNewer = false
        return await route.continue()
      }
      const document = await (await route.fetch()).text()
      return await route.fulfill({
        contentType: 'text/html',
        body: document.replace(/page-[\w-]+\.js/, 'page-NEWER.js'),
      })
    })
    await page.getByRole('link', { name: 'Blocks' }).click()
    await page.getByRole('heading', { level: 1, name: 'Blocks' }).waitFor()
    await page.getByRole('link', { name: 'TEXT.JOIN Joins' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    expect(new URL(page.url()).search).toBe('?state=failed')
    expect(wrong).toEqual([])
  },
)

test.skipIf(executablePath === undefined)(
  'a file of the page that is missing is told as that, and leads on',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { conduit } = stack.use(await startConduit({ settings: { PORT: '0' } }))
    const url = await conduit.listen()
    const { page, wrong } = await openPage(await launch(stack), {}, [404])
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await page.route('**/ui/assets/view-*.js', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('link', { name: 'Blocks' }).click()
    await page.getByText('A file of this page is not there').waitFor()
    expect(await page.getByText('The service does not answer').count()).toBe(0)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Load the page anew' }).click()
    await page.getByRole('heading', { level: 1, name: 'Blocks' }).waitFor()
    // React tells the console of what a view threw.
    expect(wrong.filter((said) => !said.startsWith('PartMissing: '))).toEqual([])
  },
)

test.skipIf(executablePath === undefined)(
  'where no script of the page arrives its document says what to do',
  async () => {
    await using stack = new AsyncDisposableStack()
    const { conduit } = stack.use(await startConduit({ settings: { PORT: '0' } }))
    const url = await conduit.listen()
    const { page, wrong } = await openPage(await launch(stack), {}, [404])
    await page.route('**/ui/assets/*', (route) => route.fulfill({ status: 404 }))
    await page.goto(`${url}/ui/jobs`)
    const told = page.getByText('Its files did not arrive')
    await told.waitFor()
    await page.unrouteAll()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    expect(await told.count()).toBe(0)
    expect(wrong).toEqual([])
  },
)
