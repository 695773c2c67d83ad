import { createServer } from 'node:http'
import { type Client, createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { type Listening, listenOnLoopback } from './loopback.ts'
import { fillService } from './sampleService.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

describe.skipIf(executablePath === undefined)('what operators do on the page', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    const receiver = stack.use(await startReceiver())
    const sends = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_RETRY_SCHEDULE: '1h' }
    const settings = { PORT: '0', ...sends, SECRETS_KEY: 'a'.repeat(40) }
    const service = stack.use(await startConduit({ settings }))
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    await fillService(client, receiver.url)
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('a message that waits for its next attempt is sent now', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/webhooks`)
    const panel = page.locator('section.panel').filter({ has: page.getByRole('button', { name: /broken/ }) })
    await panel.getByRole('button', { name: /broken/ }).click()
    const row = panel.getByRole('row').filter({ hasText: 'order-77' })
    await row.getByRole('button', { name: 'Send now' }).click()
    await eventually(() => row.getByRole('listitem').count()).toBe(2)
    expect(wrong).toEqual([])
  })

  test('a secret is rotated once somebody has read what that does', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/webhooks`)
    const panel = page.locator('section.panel').filter({ has: page.getByRole('button', { name: /broken/ }) })
    await panel.getByRole('button', { name: 'More' }).click()
    await panel.getByRole('button', { name: 'Rotate the secret …' }).click()
    await page.getByRole('dialog').getByText('For 24 hours messages are signed with the old one too').waitFor()
    expect((await Array.fromAsync(client.audit.list({ action: 'webhook.secret-rotated' }))).length).toBe(0)
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate the secret' }).click()
    await page.getByText(/^whsec_/).waitFor()
    expect((await Array.fromAsync(client.audit.list({ action: 'webhook.secret-rotated' }))).length).toBe(1)
    expect(wrong).toEqual([])
  })

  test('the overview tells which receiver is down, and its page sends again what failed since a moment', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/`)
    await page.getByRole('heading', { name: 'Webhooks that fail' }).waitFor()
    await page.getByRole('listitem').filter({ hasText: '/broken' }).filter({ hasText: '500' }).waitFor()
    await page.getByRole('link', { name: /\/broken/ }).click()
    const panel = page.locator('section.panel').filter({ hasText: '/broken' })
    await panel.getByText(/of the last \d+ fail/).waitFor()
    await panel.getByText('500').first().waitFor()
    await panel.getByRole('button', { name: 'More' }).click()
    await panel.getByRole('button', { name: 'Redeliver what failed …' }).click()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('dialog').getByLabel('Failed since').fill('2026-01-01T00:00')
    await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click()
    await page.getByText(/deliver(y|ies) on the way again/).waitFor()
    await panel.getByRole('button', { name: 'Switch off' }).click()
    await eventually(async () =>
      (await Array.fromAsync(client.webhooks.list())).map(({ enabled }) => enabled),
    ).toContain(false)
    expect(wrong).toEqual([])
  })

  test('a block tells what it gives as a table, and which keys may use it', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/blocks`)
    await page.getByRole('link', { name: /HTTP\.REQUEST/ }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('fetch')
    await page.getByRole('link', { name: /HTTP\.REQUEST/ }).click()
    await page.getByRole('row', { name: /^status integer/ }).waitFor()
    await page.getByText('any job may use it that carries the tag HTTP').waitFor()
    await page.goto(`${url}/ui/schedules`)
    await page.getByText('Fire now').first().waitFor()
    await page
      .getByRole('link', { name: /succeeded/ })
      .first()
      .waitFor()
    expect(wrong).toEqual([])
  })

  test('a question has neither answer until somebody chooses', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/questions`)
    await page.getByText('Refund so much?').waitFor()
    const panel = page.locator('section.panel').filter({ hasText: 'Refund so much?' })
    await panel.getByRole('radio', { name: 'No' }).waitFor()
    expect(await panel.getByRole('radio', { checked: true }).count()).toBe(0)
    await panel.getByRole('button', { name: 'Answer' }).click()
    expect((await client.questions.list({ job_id: 'refund-2' }).page()).data[0]?.state).toBe('open')
    expect(wrong).toEqual([])
  })

  test('what the service refuses is shown whole, with pointer and request', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    await page.goto(`${url}/ui/jobs/order-77`)
    await page.getByRole('button', { name: 'Re-run' }).click()
    await page.getByRole('button', { name: /changed/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('[]')
    await dialog.getByRole('button', { name: 'Run' }).click()
    await dialog.getByRole('alert').getByText('/local_values').first().waitFor()
    await dialog
      .getByRole('alert')
      .getByText(/^Request [0-9a-f-]{36}$/)
      .waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('a job tells what was sent of it: to its callback, and to which webhooks', async () => {
    const { page, wrong } = await openPage(browser)
    const [webhook] = await Array.fromAsync(client.webhooks.list())
    const callback = { url: new URL('/callback', webhook?.url).href }
    await client.jobs.submit({ id: 'told', steps: [], on_job_finish: callback }, { wait: true })
    await page.goto(`${url}/ui/jobs/told?tab=deliveries`)
    await page.getByRole('row', { name: /callback of the job/ }).waitFor()
    await page
      .getByRole('row', { name: /\/orders/ })
      .getByText('delivered')
      .waitFor()
    // On a narrow screen the table scrolls, and not the page.
    await page.setViewportSize({ width: 360, height: 800 })
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(360)
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('link', { name: /\/orders/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('a list that is longer than a page is read on', async () => {
    const { page, wrong } = await openPage(browser)
    for (let version = 1; version <= 51; version++)
      await client.definitions.put('long', { steps: [{ id: `step-${version}`, action: 'LOGIC.TRUE' }] })
    await page.goto(`${url}/ui/definitions/long?tab=versions`)
    await page.getByRole('button', { name: '51', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: '1', exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByRole('button', { name: '1', exact: true }).click()
    await page.getByText('step-1', { exact: false }).first().waitFor()
    expect(wrong).toEqual([])
  })

  test('a definition names its schedules, however many others come before them', async () => {
    const { page, wrong } = await openPage(browser)
    const others = Array.from({ length: 200 }, (_, i) => `a-${i}`)
    await Promise.all(others.map((name) => client.schedules.put(name, { every: '24h', job: { steps: [] } })))
    await client.schedules.put('zz-last', { every: '24h', job: { definition: 'nightly-report' } })
    await page.goto(`${url}/ui/definitions/nightly-report`)
    await page.getByRole('link', { name: 'zz-last' }).waitFor()
    expect(wrong).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'buttons can be read under the pointer, dialogs hold what they show: %s',
    async (colorScheme) => {
      const { page, wrong } = await openPage(browser, { colorScheme, viewport: { width: 700, height: 700 } })
      await page.goto(`${url}/ui/jobs/order-77`)
      for (const name of ['Re-run', 'Delete', 'More']) {
        await page.getByRole('button', { name, exact: true }).hover()
        expect(await accessibilityFindings(page)).toEqual([])
      }
      await page.getByRole('button', { name: 'More' }).click()
      await page.keyboard.press('Escape')
      expect(await page.evaluate('document.activeElement.textContent')).toBe('More')
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('button', { name: /Share link/ }).click()
      await page.getByRole('button', { name: 'Make the link' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).waitFor()
      const overflow = page.getByRole('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)
      expect(await overflow).toBe(0)
      expect(wrong).toEqual([])
    },
  )

  test('an address that is none, an answer that does not fit, a file that is gone: each is said on the page', async () => {
    const { page, wrong } = await openPage(browser, {}, [400, 404])
    await page.goto(`${url}/ui/jobs/100%25`)
    await page.getByRole('heading', { level: 1, name: '100%' }).waitFor()
    await page.getByRole('alert').waitFor()
    await page.getByRole('link', { name: '← Jobs' }).click()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await page.goto(`${url}/ui/definitions/refund`)
    await page.getByLabel('Order').fill('7')
    await page.getByLabel('Amount').evaluate((input) => input.removeAttribute('min'))
    await page.getByLabel('Amount').fill('-1')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page
      .getByText(/amount .*(less|minimum)/i)
      .first()
      .waitFor()
    // A newer version was installed, and its files have other names.
    await page.route(/assets\/view-/, (route) => route.fulfill({ status: 404 }))
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('link', { name: 'Jobs' }).click()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    expect(wrong.filter((text) => !/dynamically imported module/.test(text))).toEqual([])
  })

  test('secrets are written and never shown; a key is made, bound, ended later, given a new secret, revoked', async () => {
    await using service = await startConduit({ settings: { PORT: '0', SECRETS_KEY: 'a'.repeat(40) } })
    const address = await service.conduit.listen()
    const { page, wrong } = await openPage(browser, {}, [401])
    await page.goto(`${address}/ui/access?tab=secrets`)
    await page.getByText('npx conduit secrets set').waitFor()
    await page.getByRole('button', { name: 'Write a secret' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('SHOP_TOKEN')
    await page.getByRole('dialog').getByLabel('Value').fill('sk_live_secret')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /SHOP_TOKEN/ }).waitFor()
    expect(await page.content()).not.toContain('sk_live_secret')

    await page.getByRole('tab', { name: 'Keys' }).click()
    await page.getByText('npx conduit keys create').waitFor()
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('root')
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Make' }).click()
    const secret = (await page.getByRole('dialog', { name: 'The new key' }).locator('code').textContent()) ?? ''
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await page.getByLabel('API key').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('shop')
    await page.getByRole('dialog').getByLabel('jobs:write').check()
    await page
      .getByRole('dialog')
      .getByLabel(/Only these definitions/)
      .fill('refund, report-*')
    await page.getByRole('dialog').getByLabel('Tags').fill('HTTP')
    await page.getByRole('dialog').getByRole('button', { name: 'Make' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    const row = page.getByRole('row', { name: /shop/ })
    await row.getByText('only in refund, report-*').waitFor()
    await row.getByRole('button', { name: 'Change' }).click()
    await page.getByRole('dialog').getByLabel(/^Ends/).fill('2099-01-01T00:00')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await row.getByText('2099').waitFor()
    await row.getByRole('button', { name: 'Rotate' }).click()
    await page
      .getByRole('dialog')
      .getByLabel(/old secret/)
      .selectOption('24')
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
    await page.getByRole('dialog', { name: 'The new key' }).getByText(/^cdt_/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    await row.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await row.getByText('revoked').waitFor()
    await page.getByRole('tab', { name: 'Audit log' }).click()
    await page.getByRole('cell', { name: 'key.revoked' }).waitFor()
    await page.getByRole('tab', { name: 'Limits' }).click()
    await page.getByRole('columnheader', { name: 'In use' }).waitFor()
    expect(wrong).toEqual([])
  })
})

/** A receiver that is well under every path but one. */
function startReceiver(): Promise<Listening> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 204
    response.end()
  })
  return listenOnLoopback(server)
}
