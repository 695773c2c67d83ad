import { type Client, createClient } from '@conduit-jobs/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { executablePath, launch, openPage } from './browser.ts'
import { servePage } from './otherSite.ts'

describe.skipIf(executablePath === undefined)('what the page tells, chooses and copies', () => {
  const stack = new AsyncDisposableStack()
  let host: Awaited<ReturnType<typeof servePage>>
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    host = stack.use(await servePage())
    const settings = { PORT: '0', EMBED_ORIGINS: host.url, BODY_LIMIT_BYTES: '8388608' }
    const service = stack.use(await startConduit({ settings }))
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('of chosen jobs that refuse it is told why', async () => {
    const { page, wrong } = await openPage(browser, {}, [409])
    await client.jobs.submit({ metadata: { of: 'refusal' }, steps: [] }, { wait: true })
    await page.goto(`${url}/ui/jobs?metadata.of=refusal`)
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.locator('.many').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('1 of 1 done, 1 refused').waitFor()
    const said = (await page.getByRole('dialog').getByRole('alert').textContent()) ?? ''
    expect(said).toContain('is over')
    expect(wrong).toEqual([])
  })

  test('an action on many goes on where its dialog is closed, which says so', async () => {
    const { page, wrong } = await openPage(browser)
    const wait = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }], metadata: { of: 'many' } }
    for (let i = 0; i < 3; i++) await client.jobs.submit(wait)
    await page.goto(`${url}/ui/jobs?metadata.of=many`)
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await page.getByRole('button', { name: 'Select all that match' }).click()
    await page.locator('.many').getByRole('button', { name: 'Cancel' }).click()
    const dialog = page.getByRole('dialog')
    await page.route('**/v1/bulk*', async (route) => {
      const counted = { matched: 1_500, done: 1_000, failed: 0, finished_at: null, id: 'bulk_of_many' }
      await route.fulfill({ json: counted })
    })
    await page.route('**/v1/bulk/*', () => undefined)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.getByText('1,000 of 1,500 done').waitFor()
    await dialog.getByText('It goes on by itself where this is closed.').waitFor()
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['Close'])
    await dialog.getByRole('button', { name: 'Close' }).click()
    expect(await dialog.count()).toBe(0)
    expect(wrong).toEqual([])
  })

  test('what moves up from the next page, where rows left the list, is not told as new', async () => {
    const { page, wrong } = await openPage(browser)
    const wait = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }], metadata: { of: 'pages' } }
    const ids: string[] = []
    for (let i = 0; i < 60; i++) ids.push((await client.jobs.submit(wait)).id)
    await page.goto(`${url}/ui/jobs?metadata.of=pages&state=waiting`)
    await page.locator('tbody').getByText('waiting', { exact: true }).nth(49).waitFor()
    for (const id of ids.slice(-5)) await client.jobs.cancel(id)
    // What became of them is asked for after the newest were.
    await page.locator('tbody').getByText('cancelled', { exact: true }).nth(4).waitFor()
    expect(await page.getByText(/new job/).allTextContents()).toEqual(['Live: new jobs are told here.'])
    await client.jobs.submit(wait)
    await page.getByText('1 new job: show').waitFor()
    expect(wrong).toEqual([])
  })

  test('in a frame, where a browser keeps its clipboard, what is copied is copied', async () => {
    const { id } = await client.jobs.submit({ steps: [{ id: 'it', action: 'LOGIC.TRUE' }] }, { wait: true })
    const { token } = await client.jobs.createToken(id)
    host.show(
      `<iframe src="${url}/ui/embed/job/${id}?token=${token}&step=it" width="900" height="700"></iframe><textarea>`,
    )
    const { page, wrong } = await openPage(browser)
    await page.goto(host.url)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Copy as JSON' }).click()
    await frame.getByText('Copied').waitFor()
    await page.getByRole('textbox').focus()
    await page.keyboard.press('Control+V')
    expect(await page.getByRole('textbox').inputValue()).toContain('LOGIC.TRUE')
    expect(wrong).toEqual([])
  })
})
