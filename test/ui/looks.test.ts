import { createClient } from '@conduit-jobs/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFindings, executablePath, openPage, type WatchedPage } from './browser.ts'
import { LONG_VALUES } from './longValues.ts'
import { openSamplePage } from './samplePage.ts'

const NARROW = { viewport: { width: 360, height: 800 } }
/** A line of a title, and of its fractions. */
const LINE_PX = 28

describe.skipIf(executablePath === undefined)('how the page looks', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    ;({ url, browser } = await openSamplePage(stack))
    const { definitions, jobs } = createClient({ baseUrl: url })
    await definitions.put('refund-of-whole-orders-and-their-parts', { steps: [{ action: 'LOGIC.TRUE' }] })
    await jobs.submit(LONG_VALUES, { wait: true })
  })
  afterAll(() => stack.disposeAsync())

  /** A page of which all requests to the service fail until it is said that they may pass. */
  async function openAway(options = {}): Promise<WatchedPage> {
    const opened = await openPage(browser, options)
    await opened.page.route('**/v1/**', (route) => route.abort('connectionrefused'))
    return opened
  }

  test('a service that is away has a heading, and is asked again at once by who wants to', async () => {
    const { page } = await openAway()
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('heading', { level: 1, name: 'The page can’t be opened' }).waitFor()
    await page.getByRole('alert').getByText('The service does not answer').waitFor()
    await page.unroute('**/v1/**')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
  })

  test('an address without a page, or without a job, says what to do next', async () => {
    const { page } = await openPage(browser, {}, [404])
    await page.goto(`${url}/ui/nowhere`)
    await page.getByText('The menu leads to all that there is.').waitFor()
    await page.getByRole('link', { name: 'To the overview' }).click()
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.goto(`${url}/ui/jobs/nowhere`)
    await page.getByRole('alert').getByText('It may have been deleted').waitFor()
  })

  test('a view whose file is gone has a heading, and is there when the page is loaded anew', async () => {
    const { page } = await openPage(browser, {}, [404])
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
    await page.route('**/assets/**', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('link', { name: 'Schedules' }).click()
    await page.getByRole('heading', { level: 1, name: 'The page can’t be opened' }).waitFor()
    await page.unroute('**/assets/**')
    await page.getByRole('button', { name: 'Load the page anew' }).click()
    await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor()
  })

  test('Back undoes a filter, and a filter that there is not is refused by name', async () => {
    const { page } = await openPage(browser, {}, [400])
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
    await page.getByRole('button', { name: 'scheduled', exact: true }).click()
    await page.getByText('No job fits').waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.goto(`${url}/ui/jobs?failed_action=HTTP.REQUEST`)
    await page.getByRole('alert').getByText('failed_action').first().waitFor()
    await page.getByRole('button', { name: /failed_action/ }).click()
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
  })

  test('a long name takes three lines, and is read whole on hover', async () => {
    const { page } = await openPage(browser, NARROW)
    await page.goto(`${url}/ui/jobs/long-values`)
    const title = page.getByRole('heading', { level: 1 })
    await title.getByText('Refund of the whole order').waitFor()
    expect((await title.boundingBox())?.height).toBeLessThan(3 * LINE_PX)
    expect(await title.getAttribute('title')).toBe(LONG_VALUES.name)
  })

  test('tabs stand in one row of a narrow page, the chosen one in sight', async () => {
    const { page } = await openPage(browser, NARROW)
    await page.goto(`${url}/ui/jobs/order-77?tab=definition`)
    const tabs = page.getByRole('tab')
    await tabs.last().waitFor()
    const tops = await tabs.evaluateAll((all) => all.map((tab) => tab.getBoundingClientRect().top))
    expect(new Set(tops).size).toBe(1)
    await expectInSight(page, '[role=tab][aria-selected=true]')
    await page.getByRole('tab', { name: 'Definition' }).press('ArrowRight')
    await page.getByRole('tab', { name: 'Steps', selected: true }).waitFor()
    await expectInSight(page, '[role=tab][aria-selected=true]')
  })

  test('a menu opens within a narrow page', async () => {
    const { page } = await openPage(browser, NARROW)
    await page.goto(`${url}/ui/jobs/order-77`)
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('button', { name: 'Copy as curl' }).waitFor()
    await expectInSight(page, '.menu-items')
    expect(await widerThanItsWindow(page)).toBe(0)
  })

  test.each(['definitions', 'jobs/order-77?tab=events', 'access?tab=audit', 'blocks/HTTP.REQUEST', ''])(
    'tables of /ui/%s are read on a narrow page without moving them',
    async (path) => {
      const { page, wrong } = await openPage(browser, NARROW)
      await page.goto(`${url}/ui/${path}`)
      await page.locator('.scroll td').first().waitFor()
      const hidden = await page
        .locator('.scroll')
        .evaluateAll((tables) => tables.filter((table) => table.scrollWidth > table.clientWidth).length)
      expect(hidden).toBe(0)
      expect(await accessibilityFindings(page)).toEqual([])
      expect(wrong).toEqual([])
    },
  )

  test('a row of a long list takes few lines of a narrow page', async () => {
    const { page, wrong } = await openPage(browser, NARROW)
    for (const path of ['jobs/order-77?tab=events', 'access?tab=audit', 'definitions']) {
      await page.goto(`${url}/ui/${path}`)
      const rows = page.locator('.scroll tbody tr')
      await rows.first().waitFor()
      const heights = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height))
      expect(Math.max(...heights), path).toBeLessThan(4 * LINE_PX)
    }
    expect(wrong).toEqual([])
  })

  test.each(['light', 'dark'] as const)('refusals pass axe in a %s scheme', async (colorScheme) => {
    const { page } = await openAway({ colorScheme })
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('button', { name: 'Ask again' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    const { page: found } = await openPage(browser, { colorScheme }, [404])
    for (const path of ['nowhere', 'jobs/nowhere']) {
      await found.goto(`${url}/ui/${path}`)
      await found.locator('.empty, [role=alert]').first().waitFor()
      expect(await accessibilityFindings(found)).toEqual([])
    }
  })
})

async function expectInSight(page: Page, selector: string): Promise<void> {
  const box = await page.locator(selector).boundingBox()
  expect(box?.x).toBeGreaterThanOrEqual(0)
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(NARROW.viewport.width)
}

async function widerThanItsWindow(page: Page): Promise<number> {
  return await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
}
