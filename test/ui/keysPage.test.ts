import { createClient, type KeyInput } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { submitSamples } from './sampleJobs.ts'

describe.skipIf(executablePath === undefined)('the page with a key that may little', () => {
  const stack = new AsyncDisposableStack()
  let browser: Browser
  beforeAll(async () => {
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('a key that may only read is offered nothing that changes, and signs in and out', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const address = await service.conduit.listen()
    await submitSamples(createClient({ baseUrl: address }))
    const admin = (await service.request('POST', '/v1/keys', { name: 'root', scopes: ['admin'] })).body.secret
    const reader = { name: 'reader', scopes: ['jobs:read', 'blocks:read'] }
    const { secret } = (await service.request('POST', '/v1/keys', reader, { authorization: `Bearer ${admin}` })).body
    const { page, wrong } = await openPage(browser, {}, [401])
    await page.goto(`${address}/ui/jobs/order-77`)
    await page.getByLabel('API key').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByLabel('API key').fill('cdt_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('API key').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'refund order 77' }).waitFor()
    const offered = await page.getByRole('navigation').getByRole('link').allTextContents()
    expect(offered).toEqual(['Overview', 'Jobs', 'Blocks'])
    for (const name of ['Re-run', 'Delete', 'Cancel']) expect(await page.getByRole('button', { name }).count()).toBe(0)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect(wrong).toEqual([])
  })

  test('a key that may not read jobs is led to what it may, and asks for nothing else', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const address = await service.conduit.listen()
    const admin = (await service.request('POST', '/v1/keys', { name: 'root', scopes: ['admin'] })).body.secret
    const asker = { name: 'asker', scopes: ['questions:read'] }
    const { secret } = (await service.request('POST', '/v1/keys', asker, { authorization: `Bearer ${admin}` })).body
    const { page, wrong } = await openPage(browser, {}, [401])
    await page.goto(`${address}/ui/`)
    await page.getByLabel('API key').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Questions' }).waitFor()
    for (const path of ['jobs', 'jobs/order-77', 'access']) {
      await page.goto(`${address}/ui/${path}`)
      await page.getByText('This key may not look here').waitFor()
      expect(await accessibilityFindings(page)).toEqual([])
    }
    expect(wrong).toEqual([])
  })

  test('who looks on when the session ends is asked to sign in, and goes on where they were', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const address = await service.conduit.listen()
    const { secret: root } = await createClient({ baseUrl: address }).keys.create({ name: 'root', scopes: ['admin'] })
    const { keys } = createClient({ baseUrl: address, key: root })
    const first = await keys.create({ name: 'first', scopes: ['jobs:read', 'blocks:read'] })
    const { page, wrong } = await openPage(browser, {}, [401])
    const signIn = async (key: string): Promise<void> => {
      await page.getByLabel('API key').fill(key)
      await page.getByRole('button', { name: 'Sign in' }).click()
    }
    await page.goto(`${address}/ui/jobs`)
    await signIn(first.secret)
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await keys.revoke(first.id)
    await page.getByRole('link', { name: 'Blocks' }).click()
    await signIn((await keys.create({ name: 'second', scopes: ['jobs:read', 'blocks:read'] })).secret)
    await page.getByRole('heading', { level: 1, name: 'Blocks' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('who changes something when the session has ended is asked to sign in, too, and told nothing of headers', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const address = await service.conduit.listen()
    const { secret: root } = await createClient({ baseUrl: address }).keys.create({ name: 'root', scopes: ['admin'] })
    const { keys } = createClient({ baseUrl: address, key: root })
    const first = await keys.create({ name: 'first', scopes: ['admin'] })
    const { page, wrong } = await openPage(browser, {}, [401])
    await page.goto(`${address}/ui/access`)
    await page.getByLabel('API key').fill('cdt_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const said = page.getByRole('alert')
    await said.waitFor()
    // Whatever came in between, a service that is away say, is not told as a wrong key.
    expect((await said.textContent())?.match(/key is not known here/g)).toHaveLength(1)
    await page.getByLabel('API key').fill(first.secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('another')
    await keys.revoke(first.id)
    await page.getByRole('dialog').getByLabel('admin').check()
    await page.getByRole('dialog').getByRole('button', { name: 'Make' }).click()
    await page.getByLabel('API key').fill((await keys.create({ name: 'second', scopes: ['admin'] })).secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('row', { name: 'second' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('two tenants see each their own, and of the other nothing', async () => {
    await using service = await startConduit({ settings: { PORT: '0' } })
    const address = await service.conduit.listen()
    const { secret: root } = await createClient({ baseUrl: address }).keys.create({ name: 'root', scopes: ['admin'] })
    const { keys } = createClient({ baseUrl: address, key: root })
    const scopes: KeyInput['scopes'] = ['jobs:read', 'jobs:write', 'definitions:read', 'definitions:write', 'admin']
    for (const tenant of ['acme', 'zenith']) {
      const { secret: key } = await keys.create({ name: tenant, tenant, scopes })
      const own = createClient({ baseUrl: address, key })
      await own.jobs.submit({ id: `of-${tenant}`, name: `job of ${tenant}`, steps: [] }, { wait: true })
      await own.definitions.put(`of-${tenant}`, { steps: [] })
      const { page, wrong } = await openPage(browser, {}, [401, 404])
      await page.goto(`${address}/ui/jobs`)
      await page.getByLabel('API key').fill(key)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('link', { name: `job of ${tenant}` }).waitFor()
      expect(await page.getByRole('link', { name: /^job of/ }).count()).toBe(1)
      await page.getByRole('link', { name: 'Definitions' }).click()
      await page.getByRole('link', { name: `of-${tenant}`, exact: true }).waitFor()
      expect(await page.getByRole('link', { name: /^of-/ }).count()).toBe(1)
      await page.goto(`${address}/ui/access`)
      await page.getByRole('row', { name: tenant }).waitFor()
      expect(await page.getByRole('row').count()).toBe(2)
      // The second may not look at the first's job by its address either.
      if (tenant === 'zenith') {
        await page.goto(`${address}/ui/jobs/of-acme`)
        await page.getByRole('alert').waitFor()
        expect(await page.getByText('job of acme').count()).toBe(0)
      }
      expect(wrong).toEqual([])
    }
  })
})
