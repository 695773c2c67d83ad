import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { PATIENCE_MS } from '../support/patience.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Chromium, where it is installed. */
export const executablePath = PLACES.find((path) => existsSync(path))
if (executablePath === undefined) process.stdout.write('no Chromium is installed: the tests in a browser are SKIPPED\n')

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const LOOK = `axe.run(${JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] })}).then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ id, places: nodes.map(({ html }) => html) })))`

export async function launch(stack: AsyncDisposableStack): Promise<Browser> {
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] })
  stack.defer(() => browser.close())
  return browser
}

/** A page, and what went wrong in it: errors, policy violations, answers that the console complains of. */
export type WatchedPage = { readonly page: Page; readonly wrong: string[] }

/** @param expected statuses that a test brings about on purpose */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
  expected: readonly number[] = [],
): Promise<WatchedPage> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const wrong: string[] = []
  const isExpected = (text: string): boolean => expected.some((status) => text.includes(`status of ${status}`))
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text()))
      wrong.push(`${message.text()} ${message.location().url}`)
  })
  return { page, wrong }
}

type Violation = { readonly id: string; readonly places: readonly string[] }

/** What axe finds against WCAG 2.2 AA, as `RULE: PLACE`. It is put in past the policy, which forbids it. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe)
  const violations = await page.evaluate<Violation[]>(LOOK)
  return violations.flatMap(({ id, places }) => places.map((html) => `${id}: ${html.slice(0, 160)}`))
}
