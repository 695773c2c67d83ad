import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit, type TestConduit } from '../support/conduit.ts'
import { rowsOf } from '../support/databaseServer.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'

describe.skipIf(executablePath === undefined)('a service with little in it, and with much', () => {
  const stack = new AsyncDisposableStack()
  let service: TestConduit
  let url: string
  let browser: Browser
  beforeAll(async () => {
    service = stack.use(await startConduit({ settings: { PORT: '0', WEBHOOK_ALLOW_PRIVATE: 'true' } }))
    url = await service.conduit.listen()
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('where nothing is, the page says what to do, with a command to copy', async () => {
    const { page, wrong } = await openPage(browser)
    const says = async (path: string, title: string, command: string): Promise<void> => {
      await page.goto(`${url}/ui/${path}`)
      const empty = page.locator('.empty').filter({ hasText: title })
      await empty.getByText(command).waitFor()
      await empty.getByRole('button', { name: 'Copy' }).waitFor()
      expect(await accessibilityFindings(page)).toEqual([])
    }
    await says('access?tab=audit', 'Nothing is on the log', `curl -sS '${url}/v1/jobs'`)
    const started = await createClient({ baseUrl: url }).jobs.submit({ steps: [{ action: 'LOGIC.TRUE' }] }, { wait: 5 })
    await says(`jobs/${started.id}?tab=deliveries`, 'Nobody was told of this job', 'on_job_finish')
    await says(`jobs/${started.id}?tab=children`, 'No step of this job started another job', '"action":"FLOW.JOB"')
    await says('blocks?q=no-such-block', 'No block fits these words', 'npx conduit blocks')
    const { id } = await createClient({ baseUrl: url }).webhooks.create({
      url: 'http://127.0.0.1:9',
      events: ['job.finished'],
    })
    await says(`webhooks?id=${id}`, 'Nothing was sent yet', `curl -sS -X POST '${url}/v1/webhooks/${id}/test'`)
    await page.goto(`${url}/ui/access?tab=audit`)
    await page.getByText('webhook.created').waitFor()
    await page.getByLabel('Action').fill('key.revoked')
    await page.keyboard.press('Enter')
    await page.getByText('an empty field shows all').waitFor()
    expect(wrong).toEqual([])
  })

  test('a webhook of which nothing was sent yet is not said to be well', async () => {
    const { page, wrong } = await openPage(browser)
    const { webhooks } = service.client
    const { id } = await webhooks.create({ url: 'http://127.0.0.1:9/off', events: ['job.finished'] })
    await service.client.jobs.submit({ steps: [] }, { wait: true })
    // What is due to one that is off stays as it is; here one was sent before it could be switched off.
    await page.route(`**/v1/webhooks/${id}/deliveries**`, async (route) => {
      const { data, ...rest } = await (await route.fetch()).json()
      const due = data.map((one: object) => ({ ...one, state: 'pending', attempts: [] }))
      await route.fulfill({ json: { ...rest, data: due } })
    })
    await page.goto(`${url}/ui/webhooks?id=${id}`)
    await page.getByText('last 1 not sent yet').waitFor()
    expect(wrong).toEqual([])
  })

  test('a schedule that did not fire when it should is said to be late', async () => {
    const { page, wrong } = await openPage(browser)
    await service.client.schedules.put('every-day', { every: '24h', job: { steps: [] } })
    const late = new Date(Date.now() - 60_000).toISOString()
    await page.route('**/v1/schedules**', async (route) => {
      const answer = await route.fetch()
      const { data, ...rest } = await answer.json()
      await route.fulfill({ json: { ...rest, data: data.map((one: object) => ({ ...one, next_run_at: late })) } })
    })
    await page.goto(`${url}/ui/schedules`)
    await page.getByText('late', { exact: true }).first().waitFor()
    await service.client.schedules.delete('every-day')
    expect(wrong).toEqual([])
  })

  test('a command to copy is read whole on a narrow page', async () => {
    const { page, wrong } = await openPage(browser)
    await page.setViewportSize({ width: 360, height: 900 })
    await page.goto(`${url}/ui/access`)
    const command = page.locator('.command code').first()
    await command.waitFor()
    expect(await command.evaluate((code) => code.scrollWidth - code.clientWidth)).toBe(0)
    expect(wrong).toEqual([])
  })

  test('the overview tells since when the oldest job waits', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/`)
    const waiting = page.getByRole('link', { name: /^Waiting/ })
    await waiting.waitFor()
    expect(await waiting.textContent()).not.toContain('oldest')
    const ask = { steps: [{ action: 'FLOW.ASK', parameters: { title: 'Go on?' } }] }
    const made = await service.client.jobs.submit({ ...ask, id: 'first' })
    await service.client.jobs.submit({ ...ask, id: 'second' })
    await expect
      .poll(async () => (await service.client.jobs.list({ state: 'waiting' }).page()).data.length, {
        timeout: PATIENCE_MS,
      })
      .toBe(2)
    await page.reload()
    await waiting.getByText('oldest made').waitFor()
    expect(await waiting.locator('time').getAttribute('datetime')).toBe(made.created_at)
    // However long ago they were made.
    await rowsOf(
      service.databaseUrl,
      "update job set created_at = created_at - interval '30 hours' where state = 'waiting'",
    )
    await page.reload()
    await waiting.getByText('oldest made').waitFor()
    expect(await waiting.locator('strong').textContent()).toBe('2')
    expect(wrong).toEqual([])
  })

  test('the overview says where there are more schedules than it looked through', async () => {
    const { page, wrong } = await openPage(browser)
    await service.client.schedules.put('a', { every: '24h', job: { steps: [] } })
    await page.goto(`${url}/ui/`)
    await page.getByText('Every schedule is on time.').waitFor()
    // By the database: a thousand requests are slow.
    await rowsOf(
      service.databaseUrl,
      `insert into schedule (tenant, name, written_at, content, enabled, next_run_at)
       select tenant, name || '-' || n, written_at, content, enabled, next_run_at
       from schedule, generate_series(1, 1000) n`,
    )
    await page.reload()
    await page.getByText('of the first 1,000 schedules; there are more').waitFor()
    expect(await page.getByText('Every schedule is on time.').count()).toBe(0)
    expect(wrong).toEqual([])
  })
})
