import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@conduit-jobs/client'
import { chromium } from 'playwright-core'
import { fillService } from './sampleService.ts'

// Makes a picture of every view, light, dark and narrow, of the service at CONDUIT_URL, into ui/screenshots.
const baseUrl = process.env['CONDUIT_URL'] ?? 'http://127.0.0.1:3000'
const folder = join(import.meta.dirname, '../../ui/screenshots')
const only = process.argv.slice(2)

const VIEWS: Readonly<Record<string, string>> = {
  overview: '',
  jobs: 'jobs',
  job: 'jobs/order-78',
  'job-failed': 'jobs/order-77',
  'job-hostile': 'jobs/hostile',
  'job-values': 'jobs/order-78?tab=values',
  'job-events': 'jobs/order-78?tab=events',
  'job-flow': 'jobs/flow',
  definition: 'definitions/refund',
  'job-missing': 'jobs/nowhere',
  editor: 'editor',
  definitions: 'definitions',
  questions: 'questions',
  schedules: 'schedules',
  blocks: 'blocks',
  block: 'blocks/TEXT.JOIN',
  webhooks: 'webhooks',
  access: 'access',
}
const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1360 },
  { name: 'dark', colorScheme: 'dark', width: 1360 },
  { name: 'narrow', colorScheme: 'light', width: 360 },
] as const

const client = createClient({ baseUrl })
const { data } = await client.jobs.list({ limit: 1 }).page()
// Nobody listens there: what fails to arrive is to be seen too.
if (data.length === 0) await fillService(client, 'http://127.0.0.1:9')
await mkdir(folder, { recursive: true })
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] })
for (const { name: look, colorScheme, width } of LOOKS) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && console.error(look, message.text()))
  page.on('pageerror', (error) => console.error(look, error.message))
  for (const [view, path] of Object.entries(VIEWS).filter(([name]) => only.length === 0 || only.includes(name))) {
    await page.goto(`${baseUrl}/ui/${path}`)
    await page.locator('h1').waitFor()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    const wide = (await page.locator('html').evaluate((html) => html.scrollWidth)) - width
    if (wide > 0) console.error(`${view} is ${wide} pixels wider than ${look}`)
    await page.screenshot({ path: join(folder, `${view}-${look}.png`), fullPage: true })
  }
  await page.close()
}
await browser.close()
