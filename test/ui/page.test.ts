import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { startBrokenLine } from '../client/brokenLine.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { HOSTILE, submitSamples } from './sampleJobs.ts'
import { PATIENCE_MS } from '../support/patience.ts'

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
  ['/ui/blocks/TEXT.JOIN', 'TEXT.JOIN'],
  ['/ui/webhooks', 'Webhooks'],
  ['/ui/access', 'Access'],
] as const

/** Browsers take their time on a busy machine. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

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
    // While the list is read again there is no row to move to.
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
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

  test('a stream that breaks again and again still tells of every step', async () => {
    await using line = await startBrokenLine(url)
    line.cutStreamsAfter(2_111)
    const { jobs } = createClient({ baseUrl: url })
    const pause = { action: 'TIME.SLEEP', parameters: { seconds: 0.2 } }
    await jobs.submit({ id: 'broken', steps: Array.from({ length: 12 }, () => pause) })
    // The console tells of streams that were cut; that is what this is about.
    const { page } = await openPage(browser)
    await page.goto(`${line.url}/ui/jobs/broken`)
    await eventually(() => page.getByRole('treeitem').filter({ hasText: 'DONE' }).count()).toBe(12)
    await page.getByText('succeeded').first().waitFor()
    expect(line.seen.filter(({ line: asked }) => asked.includes('/events')).length).toBeGreaterThan(1)
  })

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
    const { definitions, schedules } = createClient({ baseUrl: url })
    const inputs = { type: 'object', properties: { who: { type: 'string', title: 'Who' } }, required: ['who'] }
    const steps = [{ id: 'note', action: 'TEXT.UPPERCASE', parameters: { text: '{< who >}' } }]
    await definitions.put('greet', { inputs, steps, output: '{: note :}' })
    await page.goto(`${url}/ui/definitions/greet`)
    await page.getByLabel('Who').fill('ada')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('succeeded').first().waitFor()

    await schedules.put('nightly', { cron: '0 3 * * *', job: { steps: [{ action: 'LOGIC.TRUE' }] } })
    await page.goto(`${url}/ui/schedules`)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    expect((await schedules.get('nightly')).enabled).toBe(false)
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
    await page.getByText('the signal paid').waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: /Send a signal/ }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('paid')
    await page.getByRole('dialog').getByRole('textbox').last().fill('{"amount": 5}')
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await page.getByText('succeeded').first().waitFor()
    expect((await jobs.get('ask-there')).output).toEqual({ amount: 5 })
    expect(wrong).toEqual([])
  })

  test('a job is run again from its failed step with other values; all that match are deleted, the number told before', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const steps = [
      { id: 'sum', action: 'MATH.SUM', parameters: { value1: 1, value2: 2 } },
      { id: 'name', action: 'TEXT.UPPERCASE', parameters: { text: '{< who >}' } },
    ]
    const metadata = { again: 'yes' }
    for (const id of ['again-1', 'again-2']) {
      await jobs.submit({ id, metadata, steps, local_values: { who: 5 }, output: '{: name :}' }, { wait: true })
    }
    await page.goto(`${url}/ui/jobs/again-1`)
    await page.getByRole('button', { name: 'Re-run' }).click()
    await page.getByRole('button', { name: /changed/i }).click()
    await page.getByRole('dialog').getByRole('combobox').selectOption('name')
    await page.getByRole('dialog').getByRole('textbox').fill('{"who": "ada"}')
    await page.getByRole('dialog').getByRole('button').last().click()
    await page.getByText('succeeded').first().waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(await jobs.get(id)).toMatchObject({ rerun_of: 'again-1', output: 'ADA' })

    await page.goto(`${url}/ui/jobs?metadata.again=yes&state=failed`)
    await page.getByRole('checkbox').nth(1).check()
    await page.getByRole('button', { name: /all that match/i }).click()
    await page
      .getByRole('group', { name: /selected/ })
      .getByRole('button', { name: 'Delete' })
      .click()
    await page.getByText(/2 jobs/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await eventually(async () => (await jobs.list({ metadata, state: 'failed' }).page()).data.length).toBe(0)
    expect(wrong).toEqual([])
  })

  test('the overview counts failures by action and type, and leads to their jobs', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/`)
    await page
      .getByRole('link', { name: /TEXT\.JOIN/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
    await page.getByRole('link', { name: 'refund order 77' }).waitFor()
    expect(await page.getByRole('link', { name: 'order total' }).count()).toBe(0)
    expect(wrong).toEqual([])
  })

  test('a pure block is tried in its form', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/blocks/TEXT.JOIN`)
    await page.getByRole('textbox', { name: 'text2' }).fill('Ada')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByText('"Hello Ada"').waitFor()
    expect(wrong).toEqual([])
  })

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

  test("one job is shown on another site's page by its token, as an element and in a frame, and nothing else is", async () => {
    await using host = await servePage()
    const origins = { CORS_ORIGINS: host.url, EMBED_ORIGINS: host.url }
    await using service = await startConduit({ settings: { PORT: '0', ...origins } })
    const address = await service.conduit.listen()
    const open = createClient({ baseUrl: address })
    await submitSamples(open)
    const { secret: key } = await open.keys.create({ name: 'root', scopes: ['admin', 'jobs:read'] })
    const { token } = await createClient({ baseUrl: address, key }).jobs.createToken('order-77')
    host.show(`<script type="module" src="${address}/ui/embed.js"></script>
      <conduit-job base-url="${address}" job="order-77" token="${token}"></conduit-job>
      <iframe src="${address}/ui/embed/job/order-77?token=${token}" width="900" height="700"></iframe>
      <iframe src="${address}/ui/jobs"></iframe>`)
    const { page } = await openPage(browser)
    await page.goto(host.url)
    await page.locator('conduit-job').getByText('INVALID_TYPE').waitFor()
    const frame = page.frameLocator('iframe').first()
    await frame.getByRole('heading', { level: 1, name: 'refund order 77' }).waitFor()
    await frame.getByRole('treeitem', { name: 'note' }).waitFor()
    expect(await frame.getByRole('button', { name: 'Re-run' }).count()).toBe(0)
    // The policy of every other view forbids to frame it.
    expect(await page.frameLocator('iframe').nth(1).getByRole('heading').count()).toBe(0)
  })
})

/** A page of another origin, with whatever it is told to show. */
async function servePage(): Promise<AsyncDisposable & { url: string; show(html: string): void }> {
  let html = ''
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show: (next) => {
      html = next
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
