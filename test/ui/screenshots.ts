import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@conduit-jobs/client'
import { chromium, type Page, type Route } from 'playwright-core'
import { FOREIGN_URL, serveForeignPage } from './foreignPage.ts'
import { LARGE_VALUES, LONG_VALUES } from './longValues.ts'
import { type Answer, type Picture, picturesOf } from './pictures.ts'
import { fillService } from './sampleService.ts'

// Makes a picture of every view and dialog, of what others embed, and of what is shown while the service is slow, away or
// refuses, light, dark and narrow, of the service at CONDUIT_URL, into ui/screenshots. Names of pictures as arguments: only
// those. That service has WEBHOOK_ALLOW_PRIVATE=true, and FOREIGN_URL in CORS_ORIGINS and EMBED_ORIGINS.
const baseUrl = process.env['CONDUIT_URL'] ?? 'http://127.0.0.1:3000'
const folder = join(import.meta.dirname, '../../ui/screenshots')
const only = process.argv.slice(2)

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'narrow', colorScheme: 'light', width: 360 },
] as const

async function press(page: Page, what: string | readonly [label: string, text: string]): Promise<void> {
  if (typeof what !== 'string') return await fill(page, ...what)
  if (what.length === 1) return await page.keyboard.press(what)
  const button = page.getByRole('button', { name: what, exact: true })
  const named = button.or(page.getByLabel(what, { exact: true })).or(page.getByRole('menuitem', { name: what }))
  await named.last().click()
}

async function fill(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true }).last()
  const isChoice = await field.evaluate(({ tagName }) => tagName === 'SELECT')
  if (isChoice) await field.selectOption(text)
  else await field.fill(text)
}

async function answerInstead(page: Page, of: string, answer: Answer): Promise<void> {
  const [pattern = '', method] = of.split(' ').reverse()
  await page.route(pattern, async (route) => {
    if (method !== undefined && route.request().method() !== method) return await route.fallback()
    await answerWith(route, answer)
  })
}

async function answerWith(route: Route, answer: Answer): Promise<void> {
  if (answer === 'slow') return
  if (answer === 'away') return await route.abort('connectionrefused')
  if (answer === 'empty') return await route.fulfill({ json: { data: [], next_cursor: null } })
  if (typeof answer === 'object') return await route.fulfill({ json: answer })
  const problem = { type: '/problems/internal-error', title: `An answer of ${answer}`, status: answer }
  const detail = 'the service said so, in a sentence that says what was missing and what to do about it'
  const errors = answer === 422 ? [{ pointer: '/name', detail: 'is taken' }] : []
  const body = JSON.stringify({ ...problem, detail, errors, instance: '00000000-0000-4000-8000-000000000000' })
  await route.fulfill({ status: answer, contentType: 'application/problem+json', body })
}

/** What it asked for is there. A view that is live has a stream that never ends. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined)
  // What is refused is asked for again a few times first: no picture of something else under its name.
  const isThere = "document.querySelector('.loads') === null"
  await page.waitForFunction(isThere, null, { timeout: 5_000 }).catch(() => undefined)
}

/** Makes the window as high as what is in it: the backdrop of a dialog and what sticks to an edge end where people see them end. */
async function showWhole(page: Page): Promise<void> {
  const { width, height: least } = page.viewportSize() ?? { width: 0, height: 0 }
  const shown = page.locator('html, dialog[open]').last()
  // A panel that was as high as the window grows with it.
  for (let i = 0; i < 2; i += 1) {
    // Above and below a dialog stays some room.
    const height = await shown.evaluate((it) => it.scrollHeight + (it.tagName === 'DIALOG' ? 50 : 0))
    await page.setViewportSize({ width, height: Math.max(least, height) })
  }
  await shown.evaluate((element) => element.scrollTo(0, 0))
}

async function take(page: Page, { path, press: pressed = [], answers = {} }: Picture, file: string): Promise<void> {
  for (const [of, answer] of Object.entries(answers)) await answerInstead(page, of, answer)
  await page.goto(path.startsWith('http') ? path : `${baseUrl}/ui/${path}`)
  // Where nothing answers there is no heading.
  await page.locator('h1, [role=alert], [role=status]').first().waitFor()
  await settled(page)
  for (const what of pressed) await press(page, what)
  if (pressed.length > 0) await settled(page)
  await showWhole(page)
  const wide = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)
  if (wide > 0) console.error(`${file} is ${wide} pixels wider than its window`)
  // A dialog dims the window, and no more.
  const fullPage = (await page.locator('dialog[open]').count()) === 0
  await page.screenshot({ path: join(folder, file), fullPage })
}

/** All pictures in one look; one that can't be made does not keep the others. */
async function takeAll({ name: look, colorScheme, width }: (typeof LOOKS)[number]): Promise<void> {
  for (const [name, picture] of pictures) {
    if (only.length > 0 && !only.includes(name)) continue
    if (picture.isNarrow && look !== 'narrow') continue
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => console.error(name, look, error.message))
    try {
      await take(page, picture, `${name}-${look}.png`)
    } catch (error) {
      failed += 1
      console.error(name, look, error instanceof Error ? error.message : error)
    }
    await page.close()
  }
}

const client = createClient({ baseUrl })
const { data } = await client.jobs.list({ limit: 1 }).page()
// Nobody listens there: what fails to arrive is to be seen too.
if (data.length === 0) {
  await fillService(client, 'http://127.0.0.1:9')
  for (const job of [LONG_VALUES, LARGE_VALUES]) await client.jobs.submit(job, { wait: true })
}
const tokens = new Map<string, string>()
for (const id of ['flow', 'order-77', 'order-78', 'hostile', 'long-values'])
  tokens.set(id, (await client.jobs.createToken(id, { expires_in: 3_600 })).token)
const pictures = Object.entries(picturesOf((job) => tokens.get(job) ?? ''))
await mkdir(folder, { recursive: true })
using _foreign = await serveForeignPage(baseUrl)
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] })
let failed = 0
await Promise.all(LOOKS.map(takeAll))
await browser.close()
// One that is missing is not looked at: say so.
if (failed > 0) console.error(`${failed} could not be made (a page of others stands at ${FOREIGN_URL})`)
process.exitCode = failed > 0 ? 1 : 0
