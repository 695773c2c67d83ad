import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'

describe.skipIf(executablePath === undefined)('the documentation in a browser', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
    url = await service.conduit.listen()
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test.each(['light', 'dark'] as const)(
    'guides keep WCAG 2.2 AA, the policy, and 360 pixels: %s',
    async (colorScheme) => {
      const { page, wrong } = await openPage(browser, { colorScheme, viewport: { width: 360, height: 800 } })
      const findings: string[] = []
      for (const path of [
        'docs',
        'docs/flow',
        'docs/blocks',
        'docs/events',
        'docs/search?q=tags',
        'problems/not-found',
      ]) {
        await page.goto(`${url}/${path}`)
        for (const finding of await accessibilityFindings(page)) findings.push(`${path} ${finding}`)
        const width = await page.locator('html').evaluate((html) => html.scrollWidth)
        if (width > 360) findings.push(`${path} is ${width} wide`)
      }
      expect({ wrong, findings }).toEqual({ wrong: [], findings: [] })
    },
  )

  test('from the guides a search leads to a route, whose example runs at the first click', async () => {
    const { page, wrong } = await openPage(browser)
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(`${url}/docs`)
    await page.getByRole('searchbox').fill('submit a job')
    await page.keyboard.press('Enter')
    await page.locator('main a[href*="submitJob"]').click()
    await page.getByRole('button', { name: 'Execute' }).click()
    await page.locator('.live-responses-table .response .response-col_status').first().waitFor()
    expect(await page.locator('.live-responses-table .response .response-col_status').first().textContent()).toMatch(
      /202|200/,
    )
    expect(await page.title()).toBe('API reference · Conduit')
    expect(await page.getByText(/swagger|smartbear/i).count()).toBe(0)
    await page.getByRole('link', { name: 'Guides' }).click()
    await page.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor()
    expect(wrong).toEqual([])
  })
})
