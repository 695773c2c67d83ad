import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@conduit-jobs/client'
import { chromium, type Page } from 'playwright-core'
import { LONG_VALUES } from './longValues.ts'
import { fillService } from './sampleService.ts'

// Makes a picture of every view and dialog, and of what is shown while the service is slow, away or refuses, light, dark and
// narrow, of the service at CONDUIT_URL, into ui/screenshots. Names of views as arguments: only those.
const baseUrl = process.env['CONDUIT_URL'] ?? 'http://127.0.0.1:3000'
const folder = join(import.meta.dirname, '../../ui/screenshots')
const only = process.argv.slice(2)

/** Instead of what the service says: a status, no answer yet, or no service. */
type Fault = number | 'slow' | 'away'
/** Where it stands below `/ui/`, the buttons and tabs that are pressed there, in order, and what fails: requests of which path. */
type View = {
  readonly path: string
  readonly press?: readonly string[]
  readonly fault?: readonly [of: string, Fault]
}

const client = createClient({ baseUrl })
const { data } = await client.jobs.list({ limit: 1 }).page()
// Nobody listens there: what fails to arrive is to be seen too.
if (data.length === 0) {
  await fillService(client, 'http://127.0.0.1:9')
  await client.jobs.submit(LONG_VALUES, { wait: true })
}
const { token } = await client.jobs.createToken('flow', { expires_in: 3_600 })

const VIEWS: Readonly<Record<string, View>> = {
  overview: { path: '' },
  'overview-hour': { path: '?hours=1' },
  keyboard: { path: 'jobs', press: ['?'] },
  jobs: { path: 'jobs' },
  'jobs-filters': { path: 'jobs?state=failed&metadata.customer=acme', press: ['More filters'] },
  'jobs-none': { path: 'jobs?name=nobody' },
  'jobs-many': { path: 'jobs?state=failed', press: ['Select all on this page', 'Re-run'] },
  job: { path: 'jobs/order-78' },
  'job-failed': { path: 'jobs/order-77' },
  'job-hostile': { path: 'jobs/hostile' },
  'job-long': { path: 'jobs/long-values' },
  'job-long-values': { path: 'jobs/long-values?tab=values' },
  'job-values': { path: 'jobs/order-78?tab=values' },
  'job-events': { path: 'jobs/order-78?tab=events' },
  'job-deliveries': { path: 'jobs/order-77?tab=deliveries' },
  'job-children': { path: 'jobs/parent?tab=children' },
  'job-definition': { path: 'jobs/flow?tab=definition' },
  'job-flow': { path: 'jobs/flow' },
  'job-signal': { path: 'jobs/signal', press: ['More', 'Send a signal …'] },
  'job-cancel': { path: 'jobs/signal', press: ['Cancel'] },
  'job-rerun': { path: 'jobs/order-77', press: ['Re-run'] },
  'job-rerun-changed': { path: 'jobs/order-77', press: ['Re-run', 'With changed values …'] },
  'job-delete': { path: 'jobs/order-77', press: ['Delete'] },
  'job-share': { path: 'jobs/order-77', press: ['More', 'Share link …'] },
  'job-missing': { path: 'jobs/nowhere' },
  editor: { path: 'editor' },
  'editor-yaml': { path: 'editor?definition=refund', press: ['YAML'] },
  'editor-dry-run': { path: 'editor', press: ['Dry run'] },
  'editor-save': { path: 'editor', press: ['Save as …'] },
  definitions: { path: 'definitions' },
  definition: { path: 'definitions/refund' },
  'definition-versions': { path: 'definitions/refund?tab=versions' },
  'definition-tests': { path: 'definitions/refund?tab=tests', press: ['Run the tests'] },
  'definition-content': { path: 'definitions/refund?tab=content' },
  questions: { path: 'questions' },
  schedules: { path: 'schedules' },
  'definition-delete': { path: 'definitions/refund', press: ['Delete'] },
  'schedule-make': { path: 'schedules', press: ['Make a schedule'] },
  'schedule-change': { path: 'schedules', press: ['Change …'] },
  'schedule-backfill': { path: 'schedules', press: ['Backfill …'] },
  'schedule-delete': { path: 'schedules', press: ['Delete'] },
  blocks: { path: 'blocks' },
  block: { path: 'blocks/TEXT.JOIN', press: ['Run'] },
  'block-request': { path: 'blocks/HTTP.REQUEST' },
  'block-unknown': { path: 'blocks/NO.SUCH' },
  webhooks: { path: 'webhooks' },
  'webhook-add': { path: 'webhooks', press: ['Add a webhook'] },
  'webhook-redeliver': { path: 'webhooks', press: ['More', 'Redeliver what failed …'] },
  access: { path: 'access' },
  'access-make-key': { path: 'access', press: ['Make a key'] },
  'access-limits': { path: 'access?tab=limits' },
  'access-secrets': { path: 'access?tab=secrets' },
  'access-write-secret': { path: 'access?tab=secrets', press: ['Write a secret'] },
  'access-audit': { path: 'access?tab=audit' },
  'not-found': { path: 'nowhere' },
  'sign-in': { path: 'jobs', fault: ['**/v1/me', 401] },
  'overview-slow': { path: '', fault: ['**/v1/{stats,jobs,webhooks,schedules}*', 'slow'] },
  'overview-away': { path: '', fault: ['**/v1/{stats,jobs,webhooks,schedules}*', 'away'] },
  'overview-forbidden': { path: '', fault: ['**/v1/stats*', 403] },
  'jobs-slow': { path: 'jobs', fault: ['**/v1/jobs*', 'slow'] },
  'jobs-away': { path: 'jobs', fault: ['**/v1/jobs*', 'away'] },
  'jobs-broken': { path: 'jobs', fault: ['**/v1/jobs*', 500] },
  'job-slow': { path: 'jobs/order-77', fault: ['**/v1/jobs/**', 'slow'] },
  'job-forbidden': { path: 'jobs/order-77', fault: ['**/v1/jobs/**', 403] },
  'job-without-steps': { path: 'jobs/order-77', fault: ['**/steps*', 500] },
  'all-away': { path: 'jobs', fault: ['**/v1/**', 'away'] },
  embedded: { path: `embed/job/flow?token=${token}` },
}
const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'narrow', colorScheme: 'light', width: 360 },
] as const

async function press(page: Page, name: string): Promise<void> {
  if (name.length === 1) return await page.keyboard.press(name)
  const button = page.getByRole('button', { name, exact: true }).or(page.getByLabel(name, { exact: true }))
  await button.last().click()
}

async function fail(page: Page, [of, fault]: readonly [string, Fault]): Promise<void> {
  await page.route(of, async (route) => {
    if (fault === 'slow') return
    if (fault === 'away') return await route.abort('connectionrefused')
    const problem = { type: '/problems/internal-error', title: `An answer of ${fault}`, status: fault }
    const detail = 'the service said so, in a sentence that says what was missing and what to do about it'
    const body = JSON.stringify({ ...problem, detail, instance: '00000000-0000-4000-8000-000000000000' })
    await route.fulfill({ status: fault, contentType: 'application/problem+json', body })
  })
}

/** What it asked for is there. A view that is live has a stream that never ends. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined)
}

await mkdir(folder, { recursive: true })
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] })
for (const { name: look, colorScheme, width } of LOOKS) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && console.error(look, message.text()))
  page.on('pageerror', (error) => console.error(look, error.message))
  for (const [view, { path, press: pressed = [], fault }] of Object.entries(VIEWS)) {
    if (only.length > 0 && !only.includes(view)) continue
    if (fault !== undefined) await fail(page, fault)
    await page.goto(`${baseUrl}/ui/${path}`)
    // Where nothing answers there is no heading.
    await page.locator('h1, [role=alert]').first().waitFor()
    await settled(page)
    for (const name of pressed) await press(page, name)
    if (pressed.length > 0) await settled(page)
    const wide = (await page.locator('html').evaluate((html) => html.scrollWidth)) - width
    if (wide > 0) console.error(`${view} is ${wide} pixels wider than ${look}`)
    await page.screenshot({ path: join(folder, `${view}-${look}.png`), fullPage: true })
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
  await page.close()
}
await browser.close()
