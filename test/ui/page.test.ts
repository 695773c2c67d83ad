import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { accessibilityFindings, executablePath, openPage } from './browser.ts'
import { HOSTILE } from './sampleJobs.ts'
import { openSamplePage } from './samplePage.ts'

const VIEWS = [
  ['/ui/', 'Overview'],
  ['/ui/jobs', 'Jobs'],
  ['/ui/jobs/order-77', 'refund order 77'],
  ['/ui/jobs/order-78?tab=events', 'order total'],
  ['/ui/editor', 'Editor'],
  ['/ui/definitions', 'Definitions'],
  ['/ui/questions', 'Questions'],
  ['/ui/schedules', 'Schedules'],
  ['/ui/blocks', 'Blocks'],
  ['/ui/blocks/TEXT.JOIN', 'TEXT.JOIN'],
  ['/ui/webhooks', 'Webhooks'],
  ['/ui/access', 'Access'],
] as const
/** A window of 1,280 pixels has 640 at 200 %, and 320 at 400 %. */
const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 640],
  ['dark', 320],
] as const

describe.skipIf(executablePath === undefined)('the page', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    ;({ url, browser } = await openSamplePage(stack))
  })
  afterAll(() => stack.disposeAsync())

  test.each(VIEWS)('%s keeps WCAG 2.2 AA, the policy and its width, however it is looked at', async (path, heading) => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}${path}`)
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
    await page.waitForLoadState('networkidle')
    const findings: string[] = []
    for (const [colorScheme, width] of LOOKS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      for (const finding of await accessibilityFindings(page)) findings.push(`${colorScheme} ${width}: ${finding}`)
      const needed = await page.locator('html').evaluate((html) => html.scrollWidth)
      if (needed > width) findings.push(`${width}: ${needed} pixels wide`)
    }
    await page.context().close()
    expect({ wrong, findings }).toEqual({ wrong: [], findings: [] })
  })

  test('a first load is under 130 KB, packed, without the editor; what others embed is under 10 KB', async () => {
    const { page, wrong } = await openPage(browser)
    const loaded: Promise<number>[] = []
    page.on('response', (response) => {
      if (/\/ui\/.*\.(js|css)$/.test(response.url())) loaded.push(response.body().then((body) => gzipSync(body).length))
    })
    await page.goto(`${url}/ui/`)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.waitForLoadState('networkidle')
    const sizes = await Promise.all(loaded)
    expect(sizes.length).toBeGreaterThan(3)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(130_000)
    const element = (await (await page.request.get(`${url}/ui/embed.js`)).body()).toString()
    const imported = [...element.matchAll(/from"\.\/([^"]+)"/g)].map(([, file]) => `${url}/ui/${file}`)
    const files = await Promise.all(imported.map(async (file) => await (await page.request.get(file)).body()))
    expect(files.length).toBeGreaterThan(0)
    expect([Buffer.from(element), ...files].reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(10_000)
    expect(wrong).toEqual([])
  })

  test('all rows are chosen at once on a narrow screen, too', async () => {
    const { page, wrong } = await openPage(browser, { viewport: { width: 360, height: 800 } })
    await page.goto(`${url}/ui/jobs?state=failed`)
    await page.getByLabel('Select all on this page').check()
    await page.getByRole('group', { name: '3 selected' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('hostile texts are shown as text', async () => {
    const { page, wrong } = await openPage(browser)
    for (const path of ['jobs', 'jobs/hostile', 'jobs/hostile?tab=values', 'jobs/hostile?tab=definition', '']) {
      await page.goto(`${url}/ui/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
    }
    await page.goto(`${url}/ui/jobs/hostile`)
    await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor()
    expect(await page.title()).toContain(HOSTILE)
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    expect(wrong).toEqual([])
  })

  test('the overview counts failures by action and type, and leads to their jobs', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/`)
    await page
      .getByRole('link', { name: /TEXT\.JOIN/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
    // Those that were counted, and no older ones.
    expect(new URL(page.url()).searchParams.get('created_after')).not.toBeNull()
    expect(await page.getByRole('link', { name: 'order total' }).count()).toBe(0)
    expect(wrong).toEqual([])
  })

  test('a pure block is tried in its form', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/blocks/TEXT.JOIN`)
    await page.getByRole('textbox', { name: 'text2' }).fill('Ada')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByText('"Hello Ada"').waitFor()
    expect(wrong).toEqual([])
  })
})
