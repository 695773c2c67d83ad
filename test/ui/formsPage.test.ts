import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { accessibilityFindings, executablePath, openPage } from './browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { openSamplePage } from './samplePage.ts'

describe.skipIf(executablePath === undefined)('what is written, asked and scheduled on the page', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    ;({ url, browser } = await openSamplePage(stack))
  })
  afterAll(() => stack.disposeAsync())

  test('a definition is written, marked where it is wrong, and run, watched on the same page', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    const text = page.getByRole('textbox', { name: 'Definition as JSON' })
    await text.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText('{ "steps": [{ "id": "a", "action": "LOGIC.TREU" }], "output": "{: a :}" }')
    await page.getByText('/steps/0/action').first().waitFor()
    await text.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText('{ "steps": [{ "id": "a", "action": "LOGIC.TRUE" }], "output": "{: a :}" }')
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.reload()
    await page.getByRole('textbox', { name: 'Definition as JSON' }).getByText('LOGIC.TRUE').waitFor()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByText('succeeded').first().waitFor()
    await page.getByRole('treeitem', { name: 'a LOGIC.TRUE' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('a definition is started by its form; a schedule is paused, fired, and backfilled with the number told before', async () => {
    const { page, wrong } = await openPage(browser)
    const { audit, definitions, schedules } = createClient({ baseUrl: url })
    const inputs = { type: 'object', properties: { who: { type: 'string', title: 'Who' } }, required: ['who'] }
    const steps = [{ id: 'note', action: 'TEXT.UPPERCASE', parameters: { text: '{< who >}' } }]
    await definitions.put('greet', { inputs, steps, output: '{: note :}' })
    await page.goto(`${url}/ui/definitions/greet`)
    await page.getByLabel('Who').fill('ada')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('succeeded').first().waitFor()

    const before = await schedules.put('nightly', { cron: '0 3 * * *', job: { steps: [{ action: 'LOGIC.TRUE' }] } })
    await page.goto(`${url}/ui/schedules`)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    expect((await schedules.get('nightly')).enabled).toBe(false)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    // It was not written anew: whose rights it has and the secrets of its job are what they were.
    expect(await schedules.get('nightly')).toEqual(before)
    expect((await audit.list({ action: 'schedule.written' }).page()).data).toHaveLength(1)
    await page.getByRole('button', { name: 'Backfill …' }).click()
    await page.getByLabel('From').fill('2026-01-01T00:00')
    await page.getByLabel('To, exclusive').fill('2026-01-04T00:00')
    await page.getByText('3 jobs will be made.').waitFor()
    await page.getByRole('button', { name: 'Make the jobs' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Fire now' }).click()
    await page.getByText('succeeded').first().waitFor()
    expect(wrong).toEqual([])
  })

  test('what the service refuses of a form stands at its field', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    const { definitions } = createClient({ baseUrl: url })
    const inputs = (maximum: number) => ({ type: 'object', properties: { cents: { type: 'integer', maximum } } })
    await definitions.put('pay', { inputs: inputs(100), steps: [] })
    await page.goto(`${url}/ui/definitions/pay`)
    await page.getByLabel('cents').fill('50')
    // Somebody bounds it further meanwhile.
    await definitions.put('pay', { inputs: inputs(10), steps: [] })
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByRole('alert').getByText('/local_values/cents', { exact: true }).waitFor()
    await page.getByRole('group').getByText(/10/).first().waitFor()
    expect(await page.getByLabel('cents').getAttribute('aria-describedby')).toContain('error')
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('a list in a form is filled in by buttons that can be read, and what is secret is not seen', async () => {
    const { page, wrong } = await openPage(browser)
    const { definitions, jobs } = createClient({ baseUrl: url })
    const item = { type: 'object', properties: { sku: { type: 'string' } } }
    const properties = { items: { type: 'array', items: item }, token: { type: 'string', writeOnly: true } }
    const rest = { type: 'object', additionalProperties: { type: 'string' } }
    await definitions.put('pack', { inputs: { type: 'object', properties: { ...properties, rest } }, steps: [] })
    await page.goto(`${url}/ui/definitions/pack`)
    const list = page.getByRole('group', { name: 'items' })
    for (const sku of ['book', 'lamp', 'mug']) {
      await list.getByRole('button', { name: 'Add' }).click()
      await list.getByLabel('sku').last().fill(sku)
    }
    await list.getByRole('group', { name: 'No. 3' }).getByRole('button', { name: 'Up' }).click()
    await list.getByRole('group', { name: 'No. 1' }).getByRole('button', { name: 'Remove' }).click()
    expect(await page.getByLabel('token').getAttribute('type')).toBe('password')
    await page.getByRole('group', { name: 'rest' }).getByRole('button', { name: 'Add' }).click()
    await page.getByRole('group', { name: 'rest' }).getByRole('button', { name: 'Remove' }).waitFor()
    await page.getByRole('group', { name: 'rest' }).getByRole('textbox').last().fill('fragile')
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('succeeded').first().waitFor()
    const job = await jobs.get(decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? ''))
    expect(job.local_values).toMatchObject({ items: [{ sku: 'mug' }, { sku: 'lamp' }] })
    expect(Object.values(job.local_values?.['rest'] as object)).toEqual(['fragile'])
    expect(wrong).toEqual([])
  })

  test('what is refused of a limit stands at its field, and what is typed stays while the use changes', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    const { limits } = createClient({ baseUrl: url })
    let asked = 0
    await page.route('**/limits', async (route) => {
      if (route.request().method() !== 'GET') return await route.continue()
      const answer = await (await route.fetch()).json()
      await route.fulfill({ json: { ...answer, used: { ...answer.used, definitions: (asked += 1) } } })
    })
    await page.goto(`${url}/ui/access?tab=limits&tenant=default`)
    const field = page.getByLabel('jobs running')
    await field.fill('3000000000')
    // Whoever comes back to a page sees what is so now.
    const comeBack = async () => {
      await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
      return await page.getByRole('row', { name: /^definitions / }).textContent()
    }
    await expect.poll(comeBack, { timeout: PATIENCE_MS }).toBe('definitions2')
    expect(await field.inputValue()).toBe('3000000000')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: 'jobs running' }).locator('small.bad').getByText('2147483647').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await accessibilityFindings(page)).toEqual([])
    await field.fill('7')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The limits are saved.').waitFor()
    expect((await limits.get('default')).jobs_running).toBe(7)
    await limits.set('default', {})
    expect(wrong).toEqual([])
  })

  test('what the service refuses of a dialog stands at its field, where the focus goes', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    const dialog = page.getByRole('dialog')
    const refused = async (label: string, action: string): Promise<void> => {
      const field = dialog.getByLabel(label, { exact: true })
      await dialog.getByRole('button', { name: action, exact: true }).click()
      await dialog.locator('.field small.bad').waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await field.evaluate((at) => at === at.ownerDocument.activeElement)).toBe(true)
      expect(await accessibilityFindings(page)).toEqual([])
    }
    await page.goto(`${url}/ui/webhooks`)
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    await dialog.getByLabel('URL', { exact: true }).fill('ftp://example.com/')
    await refused('URL', 'Add')
    await page.goto(`${url}/ui/access`)
    await page.getByRole('button', { name: 'Make a key' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill('ci')
    await dialog.getByLabel('Tenant', { exact: true }).fill('no tenant')
    await refused('Tenant', 'Make')
    expect(wrong).toEqual([])
  })

  test('what can’t be read or is refused of a job’s dialogs stands at its field', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    const { jobs } = createClient({ baseUrl: url })
    const wait = { id: 'paid', action: 'FLOW.SIGNAL', parameters: { name: 'paid' } }
    await jobs.submit({ id: 'refusals', steps: [wait] })
    const dialog = page.getByRole('dialog')
    const refused = async (label: string, action: string, said: RegExp): Promise<void> => {
      const field = dialog.getByLabel(label, { exact: true })
      await dialog.getByRole('button', { name: action, exact: true }).click()
      const own = page.getByLabel(label, { exact: true })
      await dialog.locator('.field').filter({ has: own }).locator('small.bad').getByText(said).waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await field.evaluate((at) => at === at.ownerDocument.activeElement)).toBe(true)
      expect(await dialog.locator('small.bad').count()).toBe(1)
    }
    const open = async (menu: string, entry: string): Promise<void> => {
      await page.getByRole('button', { name: menu, exact: true }).click()
      await page.getByRole('button', { name: entry, exact: true }).click()
    }
    await page.goto(`${url}/ui/jobs/refusals`)
    await open('More', 'Send a signal …')
    await dialog.getByLabel('Body (JSON)').fill('{ paid')
    await refused('Body (JSON)', 'Send', /^This is not JSON/)
    await dialog.getByLabel('Body (JSON)').fill('1')
    await dialog.getByLabel('Name', { exact: true }).fill('was paid')
    await refused('Name', 'Send', /^must be a letter and up to 63/)
    expect(await accessibilityFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    // The service is stricter than this page, some day.
    await page.route('**/tokens', async (route) => {
      await route.continue({ postData: JSON.stringify({ expires_in: 5 }) })
    })
    await open('More', 'Share link …')
    await refused('Hours until it ends', 'Make the link', /^must be >= 60/)
    await page.keyboard.press('Escape')
    await jobs.cancel('refusals')

    await page.goto(`${url}/ui/jobs/order-77`)
    await open('Re-run', 'With changed values …')
    await dialog.getByLabel('Local values (JSON)').fill('[1]')
    await refused('Local values (JSON)', 'Run', /^must be object/)
    await dialog.getByLabel('Local values (JSON)').fill('{}')
    const parameters = dialog.getByLabel('Parameters of note (JSON)', { exact: true })
    await dialog.locator('summary').last().click()
    await parameters.fill('[]')
    // Folded away, it is opened.
    await dialog.locator('summary').last().click()
    await refused('Parameters of note (JSON)', 'Run', /^\/parameters must be object/)
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('what is refused of a text that is saved stands at its place in the text', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    await page.goto(`${url}/ui/editor`)
    await page.getByRole('textbox', { name: 'Definition as JSON' }).click()
    await page.keyboard.press('Control+a')
    const told = { url: 'https://example.com/' }
    await page.keyboard.insertText(JSON.stringify({ steps: [{ action: 'LOGIC.TRUE' }], on_job_finish: told }, null, 1))
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.getByRole('button', { name: 'Save as …' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('told')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '/on_job_finish' }).click()
    await page.locator('.cm-activeLine').getByText('"on_job_finish"').waitFor()
    await page.locator('.cm-lint-marker-error').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('the version that is looked at and the tenant whose limits are shown survive a reload', async () => {
    const { page, wrong } = await openPage(browser)
    const { definitions, limits } = createClient({ baseUrl: url })
    for (const id of ['first', 'second']) await definitions.put('twice', { steps: [{ id, action: 'LOGIC.TRUE' }] })
    await page.goto(`${url}/ui/definitions/twice?tab=versions`)
    await page.getByRole('button', { name: '1', exact: true }).click()
    await page.getByRole('heading', { name: 'Version 1' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Version 1' }).waitFor()
    await limits.set('acme', { jobs_running: 7 })
    await page.goto(`${url}/ui/access?tab=limits`)
    await page.getByLabel('Tenant').fill('acme')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('heading', { name: 'Limits of acme' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Limits of acme' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('a question is answered where its job waits, and in the list of all; a signal is sent from its job', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const ask = (title: string) => ({ id: 'ok', action: 'FLOW.ASK', parameters: { title, to: 'finance' } })
    const wait = { id: 'paid', action: 'FLOW.SIGNAL', parameters: { name: 'paid' } }
    await jobs.submit({ id: 'ask-here', steps: [ask('Refund order 77?')], output: '{: ok.value.approved :}' })
    await jobs.submit({ id: 'ask-there', name: 'refund', steps: [ask('Refund order 78?'), wait], output: '{: paid :}' })

    await page.goto(`${url}/ui/jobs/ask-here?step=ok`)
    await page.getByRole('radio', { name: 'Yes' }).check()
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByText('succeeded').first().waitFor()
    expect((await jobs.get('ask-here')).output).toBe(true)

    await page.goto(`${url}/ui/questions`)
    await page.getByText('Refund order 78?').waitFor()
    expect(await page.getByText('Refund order 77?').count()).toBe(0)
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('radio', { name: 'No' }).check()
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByText('Refund order 78?').waitFor({ state: 'detached' })

    await page.goto(`${url}/ui/jobs/ask-there`)
    await page.getByText('waits for the signal paid').waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: /Send a signal/ }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('paid')
    await page.getByRole('dialog').getByRole('textbox').last().fill('{"amount": 5}')
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await page.getByText('succeeded').first().waitFor()
    expect((await jobs.get('ask-there')).output).toEqual({ amount: 5 })
    expect(wrong).toEqual([])
  })
})
