import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { HOSTILE, submitSamples } from './sampleJobs.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const VIEWS = [
  ['/ui/', 'Overview'],
  ['/ui/jobs', 'Jobs'],
  ['/ui/jobs/order-77', 'refund order 77'],
  ['/ui/jobs/order-78?tab=events', 'order total'],
  ['/ui/editor', 'Editor'],
  ['/ui/definitions', 'Definitions'],
  ['/ui/questions', 'Questions'],
  ['/ui/schedules', 'Schedules'],
  ['/ui/blocks', 'Blocks'],
  ['/ui/webhooks', 'Webhooks'],
  ['/ui/access', 'Access'],
] as const

/** Browsers take their time on a busy machine. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 })

describe.skipIf(executablePath === undefined)('the page', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    const service = stack.use(
      await startConduit({ settings: { PORT: '0', MAX_STEPS: '10000', BODY_LIMIT_BYTES: '8388608' } }),
    )
    url = await service.conduit.listen()
    await submitSamples(createClient({ baseUrl: url }))
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test.each(['light', 'dark'] as const)('every view keeps WCAG 2.2 AA and the policy: %s', async (colorScheme) => {
    const { page, wrong } = await openPage(browser, { colorScheme })
    const findings: string[] = []
    for (const [path, heading] of VIEWS) {
      await page.goto(`${url}${path}`)
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      await page.waitForLoadState('networkidle')
      for (const finding of await accessibilityFindings(page)) findings.push(`${path} ${finding}`)
    }
    expect({ wrong, findings }).toEqual({ wrong: [], findings: [] })
  })

  test('every view fits 360 pixels', async () => {
    const { page } = await openPage(browser, { viewport: { width: 360, height: 800 } })
    const tooWide: string[] = []
    for (const [path, heading] of VIEWS) {
      await page.goto(`${url}${path}`)
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      await page.waitForLoadState('networkidle')
      const width = await page.locator('html').evaluate((html) => html.scrollWidth)
      if (width > 360) tooWide.push(`${path} ${width}`)
    }
    expect(tooWide).toEqual([])
  })

  test('why a job failed is one sentence, and its step is shown with its parameters', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/jobs/order-77`)
    await eventually(() => page.getByRole('alert').textContent()).toContain('The step note (TEXT.JOIN) failed')
    await eventually(() => page.getByRole('region', { name: 'As written' }).textContent()).toContain('{< c.nmae >}')
    expect(wrong).toEqual([])
  })

  test('hostile texts are shown as text', async () => {
    const { page, wrong } = await openPage(browser)
    for (const path of ['jobs', 'jobs/hostile', 'jobs/hostile?tab=values', 'jobs/hostile?tab=definition', '']) {
      await page.goto(`${url}/ui/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
    }
    await page.goto(`${url}/ui/jobs/hostile`)
    await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor()
    expect(await page.title()).toContain(HOSTILE)
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
    expect(wrong).toEqual([])
  })

  test('jobs are found, walked through and opened by the keyboard alone', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('order=77')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'order total' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('metadata.order')).toBe('77')
    await page.getByRole('searchbox').blur()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('treeitem', { name: 'note' }).waitFor()
    await page.getByRole('treeitem', { name: 'note' }).focus()
    await page.keyboard.press('k')
    await eventually(() => new URL(page.url()).searchParams.get('step')).toBe('total')
    await page.keyboard.press('ArrowDown')
    await eventually(() => new URL(page.url()).searchParams.get('step')).toBe('note')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await page.keyboard.press('Escape')
    expect(wrong).toEqual([])
  })

  test('a job is watched live, cancelled, and deleted', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    await jobs.submit({ id: 'live', steps: [{ id: 'long', action: 'TIME.SLEEP', parameters: { seconds: 250 } }] })
    await page.goto(`${url}/ui/jobs/live`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('KILLED_MANUALLY').first().waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await expect(jobs.get('live')).rejects.toMatchObject({ slug: 'not-found' })
    expect(wrong).toEqual([])
  })

  test('a job of 10,000 steps is drawn, walked and scrolled', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const steps = Array.from({ length: 10_000 }, () => ({ action: 'LOGIC.TRUE' }))
    await jobs.submit({ id: 'many', steps }, { wait: true })
    await page.goto(`${url}/ui/jobs/many`)
    await page.getByRole('treeitem').first().waitFor()
    await page.getByRole('treeitem').first().focus()
    await eventually(() => page.locator('[role=tree]').evaluate((tree) => tree.clientHeight)).toBe(340_000)
    await page.keyboard.press('End')
    await eventually(() => new URL(page.url()).searchParams.get('step')).toBe('10000')
    expect(await page.getByRole('treeitem').count()).toBeLessThan(200)
    expect(wrong).toEqual([])
  })
})
