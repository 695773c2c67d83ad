import { createClient, type Client } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'

const INPUTS = {
  type: 'object',
  properties: { region: { type: 'string', title: 'Region', minLength: 2 }, days: { type: 'integer', title: 'Days' } },
  required: ['region'],
}

describe.skipIf(executablePath === undefined)('schedules and definitions, made and taken away on the page', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    const service = stack.use(await startConduit({ settings: { PORT: '0', WEBHOOK_ALLOW_PRIVATE: 'true' } }))
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    await client.definitions.put('report', { inputs: INPUTS, steps: [{ action: 'LOGIC.TRUE' }] })
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('a schedule is made by the keyboard alone; what is refused stands at its field, where the focus then is', async () => {
    const { page, wrong } = await openPage(browser, { timezoneId: 'Europe/Paris' }, [422])
    await page.goto(`${url}/ui/schedules`)
    await page.getByRole('button', { name: 'Make a schedule' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    const type = async (label: string, text: string): Promise<void> => {
      await dialog.getByLabel(label, { exact: true }).focus()
      await page.keyboard.press('Control+a')
      await page.keyboard.insertText(text)
    }
    const [when, zone] = [dialog.getByLabel('When'), dialog.getByLabel('Time zone')]
    expect((await when.boundingBox())?.y).toBe((await zone.boundingBox())?.y)
    await type('Name', 'morning')
    await type('Expression', '0 25 * * *')
    await type('Definition', 'report')
    await dialog.getByLabel('Region').waitFor()
    expect(await dialog.getByLabel('Time zone').inputValue()).toBe('Europe/Paris')
    await type('Region*', 'eu')
    await type('Days', '1')
    await page.keyboard.press('Enter')
    const field = dialog.locator('.field').filter({ hasText: 'Expression' })
    await field.locator('small.bad').waitFor()
    expect(await page.locator(':focus').inputValue()).toBe('0 25 * * *')
    expect(await page.locator(':focus').getAttribute('aria-invalid')).toBe('true')
    expect(await accessibilityFindings(page)).toEqual([])
    await type('Expression', '0 5 * * *')
    await page.keyboard.press('Enter')
    await page.getByText('The schedule morning is written.').waitFor()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.locator(':focus').textContent()).toBe('Make a schedule')
    const { cron, timezone, overlap, catch_up: catchUp, enabled, job } = await client.schedules.get('morning')
    expect({ cron, timezone, overlap, catchUp, enabled, job }).toEqual({
      cron: '0 5 * * *',
      timezone: 'Europe/Paris',
      overlap: 'skip',
      catchUp: 'latest',
      enabled: true,
      job: { definition: 'report', local_values: { region: 'eu', days: 1 } },
    })
    expect(wrong).toEqual([])
  })

  test('the fields of a definition say what is refused of them', async () => {
    const { page, wrong } = await openPage(browser, {}, [412, 422])
    await page.goto(`${url}/ui/schedules`)
    await page.getByRole('button', { name: 'Make a schedule' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('short')
    await dialog.getByLabel('When').selectOption('every')
    await dialog.getByLabel('Every', { exact: true }).fill('1h')
    await dialog.getByLabel('Definition', { exact: true }).fill('report')
    await dialog.getByLabel('Region').fill('e')
    // A browser judges the length only of what was typed.
    await dialog.locator('form').evaluate((form) => form.setAttribute('novalidate', ''))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').getByText('/job/local_values/region', { exact: true }).waitFor()
    expect(await dialog.getByLabel('Region').evaluate((at) => at === at.ownerDocument.activeElement)).toBe(true)
    expect(await accessibilityFindings(page)).toEqual([])
    await dialog.getByLabel('Region').fill('eu')
    await dialog.getByLabel('Name', { exact: true }).fill('morning')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('There is a schedule morning already.').waitFor()
    expect(wrong).toEqual([])
  })

  test('what a form does not show, or shows shorter, is what it was after a change; a secret that it would lose is told', async () => {
    const { page, wrong } = await openPage(browser, {}, [422])
    const job = {
      steps: [{ id: 'a', action: 'LOGIC.TRUE' }],
      metadata: { team: 'shop' },
      on_job_finish: { url: 'http://127.0.0.1:9/', secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}` },
    }
    const startAt = '2099-01-01T08:00:30.000Z'
    await client.schedules.put('odd', { every: 900, enabled: false, overlap: 'queue', start_at: startAt, job })
    await page.goto(`${url}/ui/schedules`)
    const panel = page.locator('section.panel').filter({ hasText: 'odd' })
    await panel.getByRole('button', { name: 'Change …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('The secrets of its callbacks are not shown.').waitFor()
    const text = dialog.getByLabel('Job (JSON)')
    await text.fill((await text.inputValue()).replace('"LOGIC.TRUE"', '5'))
    await dialog.getByLabel('What was missed').selectOption('none')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').getByText('/job/steps/0/action', { exact: true }).waitFor()
    expect(await text.evaluate((at) => at === at.ownerDocument.activeElement)).toBe(true)
    await text.fill(JSON.stringify(job))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await panel.getByText('Not before').waitFor()
    const {
      every,
      enabled,
      overlap,
      catch_up: catchUp,
      start_at: start,
      job: stored,
    } = await client.schedules.get('odd')
    expect({ every, enabled, overlap, catchUp, start }).toEqual({
      every: 900,
      enabled: false,
      overlap: 'queue',
      catchUp: 'none',
      start: startAt,
    })
    expect(stored).toEqual({ ...job, on_job_finish: { url: job.on_job_finish.url } })
    expect(wrong).toEqual([])
  })

  test('a definition is deleted, and the schedules that stop with it are named before', async () => {
    const { page, wrong } = await openPage(browser)
    await client.definitions.put('old-report', { steps: [{ action: 'LOGIC.TRUE' }] })
    await client.schedules.put('weekly', { every: '7d', job: { definition: 'old-report' } })
    await page.goto(`${url}/ui/definitions/old-report`)
    await page.getByRole('link', { name: 'weekly' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByText('weekly').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { level: 1, name: 'Definitions' }).waitFor()
    await page.getByRole('link', { name: 'report', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'old-report' }).count()).toBe(0)
    await expect(client.definitions.get('old-report')).rejects.toMatchObject({ status: 404 })
    expect(wrong).toEqual([])
  })
})
