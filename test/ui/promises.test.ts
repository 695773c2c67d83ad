import { type Client, createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'

describe.skipIf(executablePath === undefined)('what the views of the page promise', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('what is not over is one press away, and what waits longest comes first where that is wished', async () => {
    const { page, wrong } = await openPage(browser)
    const metadata = { customer: 'ada' }
    const wait = { action: 'FLOW.SIGNAL', parameters: { name: 'go' } }
    for (const id of ['first', 'second', 'third']) await client.jobs.submit({ id, metadata, steps: [wait] })
    await client.jobs.submit({ id: 'over', metadata, steps: [] }, { wait: true })
    await page.goto(`${url}/ui/jobs?metadata.customer=ada`)
    const ids = async () => await page.locator('table.jobs tbody tr').locator('.name').allTextContents()
    await page.getByRole('row', { name: /over/ }).waitFor()
    await page.getByRole('button', { name: 'not over' }).click()
    await page.getByRole('row', { name: /over/ }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'oldest first' }).click()
    await expect.poll(ids).toEqual(['first', 'second', 'third'])
    await page.reload()
    await expect.poll(ids).toEqual(['first', 'second', 'third'])
    expect(await page.getByRole('button', { name: 'not over' }).getAttribute('aria-pressed')).toBe('true')
    // New jobs come at the other end: that they are told here is not said.
    expect(await page.getByText('Live: new jobs are told here.').count()).toBe(0)
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('a search names a state beside a label, and what is no state stays a part of the label', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/jobs`)
    const filters = async (text: string) => {
      await page.getByRole('searchbox').fill(text)
      await page.keyboard.press('Enter')
      return Object.fromEntries(new URL(page.url()).searchParams)
    }
    expect(await filters('customer=acme corp state:failed')).toEqual({
      'metadata.customer': 'acme corp',
      state: 'failed',
    })
    expect(await filters('state:queued,running')).toMatchObject({ state: 'queued,running' })
    expect(await filters('customer=in state:texas')).toMatchObject({ 'metadata.customer': 'in state:texas' })
    expect(wrong).toEqual([])
  })

  test('a definition shows the results of its tests without being asked to', async () => {
    const { page, wrong } = await openPage(browser)
    const tests = [
      { name: 'adds up', expect: { success: true } },
      { name: 'never', expect: { success: false } },
    ]
    await client.definitions.put('tested', { steps: [{ action: 'LOGIC.TRUE' }], tests })
    // It is opened in the editor from the list, too.
    await page.goto(`${url}/ui/definitions`)
    expect(await page.getByRole('link', { name: 'Edit tested' }).getAttribute('href')).toContain('definition=tested')
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('link', { name: 'tested', exact: true }).click()
    await page.getByRole('tab', { name: 'Tests' }).click()
    await page.getByText('passed').waitFor()
    await page.getByText('failed').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('a block says what the objects that it takes are made of', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/blocks/HTTP.REQUEST`)
    const typeOf = (name: string) =>
      page
        .getByRole('row', { name: new RegExp(`^${name} `) })
        .getByRole('cell')
        .nth(1)
    expect(await typeOf('auth').first().textContent()).toBe(
      '{ bearer: string, not empty } or { username: string, password: string }',
    )
    expect(await typeOf('headers').first().textContent()).toBe('object of string')
    expect(wrong).toEqual([])
  })

  test('a viewer whose clock is wrong is told the same; the schedule of a job leads to that one', async () => {
    const { page, wrong } = await openPage(browser)
    for (const name of ['often', 'seldom'])
      await client.schedules.put(name, { every: '5m', job: { steps: [{ action: 'LOGIC.TRUE' }] } })
    const { id } = await client.schedules.trigger('often')
    await client.jobs.wait(id)
    await page.clock.setSystemTime(Date.now() + 3_600_000)
    await page.goto(`${url}/ui/`)
    await page.getByText('Every schedule is on time.').waitFor()
    await page.goto(`${url}/ui/jobs/${id}`)
    expect(await page.locator('time').first().textContent()).toMatch(/^(now|\d+s ago)$/)
    await page.getByRole('link', { name: 'often' }).click()
    await page.getByRole('link', { name: 'often' }).waitFor()
    await page.getByText('All schedules').waitFor()
    expect(await page.getByRole('link', { name: 'seldom' }).count()).toBe(0)
    await page.getByText('All schedules').click()
    await page.getByRole('link', { name: 'seldom' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('who may read questions reads what they ask, and is offered no answer', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const address = await service.conduit.listen()
    const open = createClient({ baseUrl: address })
    const parameters = { title: 'Pay out?', text: 'It is 500 to Ada.' }
    await open.jobs.submit({ steps: [{ action: 'FLOW.ASK', parameters }] })
    const admin = await open.keys.create({ name: 'root', scopes: ['admin'] })
    const { secret } = await createClient({ baseUrl: address, key: admin.secret }).keys.create({
      name: 'reader',
      scopes: ['questions:read'],
    })
    const { page, wrong } = await openPage(browser, {}, [401])
    await page.goto(`${address}/ui/questions`)
    await page.getByLabel('API key').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('It is 500 to Ada.').waitFor()
    expect(await page.getByRole('button', { name: 'Answer' }).count()).toBe(0)
    expect(wrong).toEqual([])
  })
})
