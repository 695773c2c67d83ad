import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startBrokenLine } from '../client/brokenLine.ts'
import { accessibilityFindings, executablePath, openPage } from './browser.ts'
import { LONG_VALUES } from './longValues.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { openSamplePage } from './samplePage.ts'

/** Browsers take their time on a busy machine. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

describe.skipIf(executablePath === undefined)('the page of a job', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    ;({ url, browser } = await openSamplePage(stack))
  })
  afterAll(() => stack.disposeAsync())

  test('why a job failed is one sentence, and its step is shown with its parameters', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/jobs/order-77`)
    await eventually(() => page.getByRole('alert').textContent()).toContain('The step note (TEXT.JOIN) failed')
    await eventually(() => page.getByRole('region', { name: 'As written' }).textContent()).toContain('{< c.nmae >}')
    expect(wrong).toEqual([])
  })

  test('the sentence says which value a parameter had, and which tag gave it', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const local_values = { amount: 'twelve', text: '{"a":' }
    const sum = { id: 'sum', action: 'MATH.SUM', parameters: { value1: '{< amount >}', value2: 1 } }
    const parse = { id: 'parse', action: 'JSON.PARSE', parameters: { text: '{< text >}' } }
    await jobs.submit({ id: 'named', local_values, steps: [sum] }, { wait: true })
    await jobs.submit({ id: 'unnamed', local_values, steps: [parse] }, { wait: true })
    const why = page.locator('p[role=alert]')
    await page.goto(`${url}/ui/jobs/named`)
    await eventually(() => why.textContent()).toMatch(/\{< amount >\} gave string; value1 was "twelve"\.$/)
    await page.goto(`${url}/ui/jobs/unnamed`)
    const given = String.raw`The parameter text was "{\"a\":", given by {< text >}.`
    await eventually(() => why.textContent()).toContain(given)
    expect(await page.locator('.message').textContent()).toContain(given)
    expect(wrong).toEqual([])
  })

  test('who cancelled a job is one click away, and what the log was narrowed to survives a reload', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    for (const id of ['whose', 'other']) {
      await jobs.submit({ id, steps: [{ action: 'TIME.SLEEP', parameters: { seconds: 30 } }] })
      await jobs.cancel(id)
    }
    await page.goto(`${url}/ui/jobs/whose`)
    await page.getByRole('link', { name: 'Who did what' }).click()
    const cancelled = page.getByRole('row').filter({ hasText: 'job.cancelled' })
    await cancelled.getByText('anonymous').waitFor()
    const rows = async () =>
      (await page.getByRole('row').allTextContents()).slice(1).map((row) => /job\.(cancelled|created)/.exec(row)?.[0])
    expect(await rows()).toEqual(['job.cancelled', 'job.created'])
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByLabel('Action').fill('job.created')
    await page.keyboard.press('Enter')
    await cancelled.waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('row').filter({ hasText: 'job.created' }).waitFor()
    expect(await page.getByLabel('Action').inputValue()).toBe('job.created')
    expect(await page.getByLabel('What', { exact: true }).inputValue()).toBe('whose')
    expect(await rows()).toEqual(['job.created'])
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

  test('of a job that waits at two places both are told; events go on while it does; a share link shows all that it reads', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const ask = { id: 'ask', action: 'FLOW.ASK', parameters: { title: 'Ship it?' } }
    const sign = { id: 'sign', action: 'FLOW.SIGNAL', parameters: { name: 'paid' } }
    const both = {
      id: 'both',
      action: 'FLOW.PARALLEL',
      branches: [
        { id: 'a', steps: [ask] },
        { id: 'b', steps: [sign] },
      ],
    }
    await jobs.submit({ id: 'two', local_values: { who: 'ada' }, steps: [both] })
    await page.goto(`${url}/ui/jobs/two`)
    await page.getByText('waits for an answer to “Ship it?”').first().waitFor()
    await page.getByText('waits for the signal paid').first().waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: 'Send a signal …' }).click()
    expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('paid')
    await page.keyboard.press('Escape')
    await page.getByRole('treeitem', { name: /^ask/ }).click()
    await page.getByText('Waiting for an answer to “Ship it?”; begun').waitFor()
    expect(await page.locator('.facts .badge').textContent()).toBe('waiting')
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByRole('cell', { name: 'both/b/sign' }).first().waitFor()
    await jobs.signal('two', 'paid', { cents: 5 })
    await page.getByRole('row', { name: /both\/b\/sign DONE/ }).waitFor()
    const { token } = await jobs.createToken('two', { expires_in: 600 })
    await page.goto(`${url}/ui/embed/job/two?token=${token}`)
    await page.getByText('Waiting for an answer to “Ship it?”').waitFor()
    await page.getByRole('tab', { name: 'Values' }).click()
    await page.getByText('"ada"').waitFor()
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByRole('row', { name: /both\/b\/sign DONE/ }).waitFor()
    expect(await page.getByRole('button', { name: /Cancel|Re-run|Delete|Answer/ }).count()).toBe(0)
    await jobs.cancel('two')
    expect(wrong).toEqual([])
  })

  test('a child names its parent where it would name its children', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const job = { name: 'child', steps: [{ action: 'LOGIC.TRUE' }] }
    await jobs.submit({ id: 'parent', steps: [{ id: 'sub', action: 'FLOW.JOB', parameters: { job } }] }, { wait: true })
    await page.goto(`${url}/ui/jobs/parent?tab=children`)
    await page.getByRole('link', { name: 'child', exact: true }).click()
    await page.getByRole('tab', { name: 'Children' }).click()
    await page.getByRole('tabpanel').getByRole('link', { name: 'parent' }).click()
    await page.getByRole('heading', { level: 1, name: 'parent' }).waitFor()
    expect(wrong).toEqual([])
  })

  test('a job of 10,000 steps is drawn, walked and scrolled', async () => {
    const { page, wrong } = await openPage(browser)
    const { jobs } = createClient({ baseUrl: url })
    const steps = Array.from({ length: 10_000 }, () => ({ action: 'LOGIC.TRUE' }))
    await jobs.submit({ id: 'many', steps }, { wait: true })
    // A link to a step far down shows it, and the keyboard comes in there.
    await page.goto(`${url}/ui/jobs/many?step=9000`)
    const chosen = page.locator('[aria-selected=true]').filter({ hasText: '9000' })
    await chosen.waitFor()
    expect(await chosen.getAttribute('tabindex')).toBe('0')
    await eventually(() => page.locator('[role=tree]').evaluate((tree) => tree.clientHeight)).toBe(340_000)
    await chosen.focus()
    await page.keyboard.press('End')
    await eventually(() => new URL(page.url()).searchParams.get('step')).toBe('10000')
    expect(await page.getByRole('treeitem').count()).toBeLessThan(200)
    expect(wrong).toEqual([])
  })

  test('texts as long as a service takes them stay in their place, whole or cut where that is told', async () => {
    const { page, wrong } = await openPage(browser, { viewport: { width: 360, height: 800 } })
    await createClient({ baseUrl: url }).jobs.submit(LONG_VALUES, { wait: true })
    await page.goto(`${url}/ui/jobs/long-values`)
    await page.getByRole('treeitem').first().waitFor()
    // Of a stack the sentence has the first line, the step all, in a box that scrolls.
    expect(await page.locator('p[role=alert]').textContent()).toMatch(/TooLate: TypeError: no total …$/)
    await page.locator('.message').getByText('charge.ts:42:7').waitFor()
    expect((await page.locator('.message').boundingBox())?.height).toBeLessThan(300)
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(360)
    expect(await accessibilityFindings(page)).toEqual([])
    await page.goto(`${url}/ui/jobs/order-78`)
    await page.getByRole('treeitem').first().waitFor()
    const cut = await page
      .locator('.line-name > :first-child')
      .evaluateAll((titles) => titles.filter((title) => title.scrollWidth > title.clientWidth).length)
    expect(cut).toBe(0)
    expect(wrong).toEqual([])
  })

  test('a service that is away is told, and what it says is shown once it is back', async () => {
    const { page } = await openPage(browser)
    await page.route('**/v1/**', (route) => route.abort('connectionrefused'))
    await page.goto(`${url}/ui/jobs/order-77`)
    await page.getByText('The service does not answer').waitFor()
    await page.unrouteAll()
    await page.getByRole('treeitem', { name: 'note' }).waitFor()
    // While it is shown, too.
    await page.goto(`${url}/ui/jobs`)
    await page.getByText('Live: new jobs are told here.').waitFor()
    await page.route('**/v1/**', (route) => route.abort('connectionrefused'))
    await page.getByText('The service does not answer: what stands here may be old.').waitFor()
    await page.unrouteAll()
    await page.getByText('Live: new jobs are told here.').waitFor()
  })

  test('a stream that breaks again and again still tells of every step', async () => {
    await using line = await startBrokenLine(url)
    line.cutStreamsAfter(2_111)
    const { jobs } = createClient({ baseUrl: url })
    const pause = { action: 'TIME.SLEEP', parameters: { seconds: 0.2 } }
    // It goes on once it is watched.
    const go = { action: 'FLOW.SIGNAL', parameters: { name: 'go' } }
    await jobs.submit({ id: 'broken', steps: [go, ...Array.from({ length: 12 }, () => pause)] })
    // The console tells of streams that were cut; that is what this is about.
    const { page } = await openPage(browser)
    await page.goto(`${line.url}/ui/jobs/broken`)
    await page.getByRole('treeitem').filter({ hasText: 'waiting' }).waitFor()
    await jobs.signal('broken', 'go')
    await eventually(() => page.getByRole('treeitem').filter({ hasText: 'DONE' }).count()).toBe(13)
    await page.getByText('succeeded').first().waitFor()
    expect(line.seen.filter(({ line: asked }) => asked.includes('/events')).length).toBeGreaterThan(1)
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
})
