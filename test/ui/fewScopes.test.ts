import { type Client, createClient, type KeyInput } from '@conduit-jobs/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { executablePath, launch, openPage, type WatchedPage } from './browser.ts'

type Scopes = KeyInput['scopes']
const ASK = { id: 'ok', action: 'FLOW.ASK', parameters: { title: 'Ship order 77?' } }

describe.skipIf(executablePath === undefined)('what a key may not do', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let admin: Client
  let browser: Browser
  beforeAll(async () => {
    const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
    url = await service.conduit.listen()
    const open = createClient({ baseUrl: url })
    await open.definitions.put('greet', {
      steps: [],
      tests: [{ name: 'says hello', expect: { success: true } }],
    })
    await open.schedules.put('nightly', { cron: '0 3 * * *', job: { definition: 'greet' } })
    await open.jobs.submit({ name: 'order 77', steps: [ASK] })
    const { secret } = await open.keys.create({ name: 'root', scopes: ['admin'] })
    admin = createClient({ baseUrl: url, key: secret })
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  /** A page whose viewer has signed in at the first page with a key of these scopes. Refusals are expected nowhere. */
  async function signedIn(scopes: Scopes): Promise<WatchedPage> {
    const { secret } = await admin.keys.create({ name: scopes.join(' '), scopes })
    const opened = await openPage(browser, {}, [401])
    await opened.page.goto(`${url}/ui/`)
    await opened.page.getByLabel('API key').fill(secret)
    await opened.page.getByRole('button', { name: 'Sign in' }).click()
    return opened
  }

  test('who signs in comes to a view that the key may see; of others it is said what they need', async () => {
    const { page, wrong } = await signedIn(['definitions:read'])
    await page.getByRole('heading', { level: 1, name: 'Definitions' }).waitFor()
    await page.goto(`${url}/ui/schedules`)
    await page.getByText('It has not the scope schedules:read.').waitFor()
    expect(wrong).toEqual([])
  })

  test('a definition is read without its jobs and without running its tests, which are named', async () => {
    const { page, wrong } = await signedIn(['definitions:read'])
    await page.getByRole('link', { name: 'greet' }).click()
    await page.getByRole('tab', { name: 'Tests' }).click()
    await page.getByText('says hello').waitFor()
    expect(await page.getByRole('button', { name: 'Run the tests' }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Jobs of it' }).count()).toBe(0)
    expect(wrong).toEqual([])
  })

  test('schedules and questions lead to no job and no definition that can’t be read, and ask for none', async () => {
    const { page, wrong } = await signedIn(['schedules:read', 'schedules:write'])
    await page.getByText('nightly').waitFor()
    expect(await page.locator('main').getByRole('link').count()).toBe(0)
    await page.getByRole('button', { name: 'Fire now' }).click()
    await page.getByText(/^The job .* was made/).waitFor()
    expect(wrong).toEqual([])
    const asked = await signedIn(['questions:read'])
    await asked.page.getByText('order 77', { exact: true }).waitFor()
    expect(await asked.page.locator('main').getByRole('link').count()).toBe(0)
    expect(asked.wrong).toEqual([])
  })

  test('the editor runs without blocks and jobs to read, and says what is missing', async () => {
    const { page, wrong } = await signedIn(['jobs:write'])
    await page.getByText(/scope blocks:read/).waitFor()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByText(/^The job .* was made/).waitFor()
    expect(wrong).toEqual([])
  })

  test('a command to copy brings a key where there are keys, and is not offered to who may not use it', async () => {
    const { page, wrong } = await signedIn(['webhooks'])
    await page.getByText(/curl .*Bearer \$CONDUIT_KEY.*example\.com/).waitFor()
    expect(wrong).toEqual([])
    const { secret } = await admin.keys.create({ name: 'other', tenant: 'other', scopes: ['schedules:read'] })
    const reader = await openPage(browser, {}, [401])
    await reader.page.goto(`${url}/ui/schedules`)
    await reader.page.getByLabel('API key').fill(secret)
    await reader.page.getByRole('button', { name: 'Sign in' }).click()
    await reader.page.getByText('No schedules yet').waitFor()
    expect(await reader.page.locator('.command').count()).toBe(0)
    expect(reader.wrong).toEqual([])
  })
})
