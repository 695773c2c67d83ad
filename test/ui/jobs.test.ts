import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { type Client, createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { askedBlock } from './askedBlock.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { copyingBlock } from './copyingBlock.ts'
import { FLOW } from './sampleService.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

describe.skipIf(executablePath === undefined)('jobs on the page', () => {
  const stack = new AsyncDisposableStack()
  const copying = copyingBlock('FILE.COPY')
  const closing = copyingBlock('FILE.CLOSE')
  const moving = askedBlock('FILE.MOVE')
  const linking = askedBlock('FILE.LINK')
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    const settings = { PORT: '0', RECORD_PARAMETERS: 'always', BODY_LIMIT_BYTES: '8388608' }
    const service = stack.use(
      await startConduit({ settings, blocks: [copying, closing, moving, linking].map(({ block }) => block) }),
    )
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('rounds, branches, tries, a caught failure and waits stand in one tree, on one scale of time', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit(FLOW)
    await page.goto(`${url}/ui/jobs/flow`)
    await page.getByText('Ship order 79 without payment?').first().waitFor()
    await page.getByText('waits for an answer').waitFor()
    const pack = page.getByRole('treeitem', { name: /Pack each item/ })
    await pack.getByText('10/10').waitFor()
    await page.getByRole('treeitem', { name: /round 0/ }).waitFor()
    // Of many rounds each is folded, with its count.
    for (const round of [0, 4])
      expect(
        await page.getByRole('treeitem', { name: new RegExp(`round ${round}`) }).getAttribute('aria-expanded'),
      ).toBe('false')
    await page
      .getByRole('treeitem', { name: /round 4/ })
      .getByText('2 steps')
      .waitFor()
    await page.getByRole('treeitem', { name: /branch gross/ }).waitFor()
    await page.getByRole('treeitem', { name: /charge .*HANDLED/ }).waitFor()
    const card = page.getByRole('treeitem', { name: /^card/ })
    await eventually(() => card.locator('rect.backoff').count()).toBe(2)
    expect(await page.getByRole('treeitem', { name: /^rest/ }).locator('rect.wait').count()).toBe(1)
    expect(
      await page
        .getByRole('treeitem', { name: /^approve/ })
        .locator('rect.wait')
        .count(),
    ).toBe(1)
    await page.getByText('In the queue').last().waitFor()
    expect(await page.locator('.queue-line rect.queue').count()).toBe(1)
    const bars = await page
      .locator('.line .bar')
      .evaluateAll((all) => all.map((bar) => Math.round(bar.getBoundingClientRect().x)))
    expect(new Set(bars).size).toBe(1)
    await card.click()
    await page.getByText('Attempts').waitFor()
    await page
      .getByText(/^InvalidArgument: /)
      .nth(2)
      .waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.reload()
    await page.getByText('Attempts').waitFor()
    expect(wrong).toEqual([])
  })

  test('a list is asked for once when it is opened, with all that its rows tell', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit({ id: 'goes-on', steps: [{ action: 'FLOW.SLEEP', parameters: { for: '1h' } }] })
    const asked: string[] = []
    page.on('request', (one) => one.url().includes('/v1/jobs') && asked.push(new URL(one.url()).pathname))
    await page.goto(`${url}/ui/jobs?id_prefix=goes-on`)
    await page.getByRole('link', { name: 'goes-on' }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(asked).toEqual(['/v1/jobs'])
    expect(wrong).toEqual([])
  })

  test('a block that tells how far it is has a bar while it runs; counts of rounds follow', async () => {
    const { page, wrong } = await openPage(browser)
    const each = {
      id: 'all',
      action: 'FLOW.EACH',
      parameters: { items: [1, 2] },
      steps: [{ id: 'copy', action: 'FILE.COPY' }],
    }
    await client.jobs.submit({ id: 'progress', steps: [each, { id: 'close', action: 'FILE.CLOSE' }] })
    // What was said before the page listens is shown once it is kept.
    await eventually(async () => (await client.jobs.step('progress', 'all/0/copy')).progress).toBeTruthy()
    // The counts that are asked for while the job runs come after its end.
    await page.route(/\/steps\/all(\?|$)/, () => undefined)
    await page.goto(`${url}/ui/jobs/progress`)
    const bar = page.getByRole('progressbar', { name: 'three of seven files' })
    await bar.waitFor()
    expect(await bar.evaluate((one) => [one.getAttribute('value'), one.getAttribute('max')])).toEqual(['3', '7'])
    copying.goOn()
    const all = page.getByRole('treeitem', { name: /^all/ })
    await all.getByText('DONE').waitFor()
    closing.goOn()
    await all.getByText('2/2').waitFor()
    await page.getByText('succeeded').first().waitFor()
    expect(wrong).toEqual([])
  })

  test('what a block said between the first reading and the opening of the stream is shown', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit({ id: 'said-between', steps: [{ id: 'move', action: 'FILE.MOVE' }] })
    await page.route(/\/v1\/.*\/events/, async (route) => {
      // The steps were read, of which nothing was said yet; it is said, and then the stream opens.
      await page.getByRole('treeitem', { name: /^move/ }).waitFor()
      await moving.say()
      await route.continue()
    })
    await page.goto(`${url}/ui/jobs/said-between`)
    await page.getByRole('progressbar', { name: 'one of two files' }).waitFor()
    moving.goOn()
    await page.getByText('succeeded').first().waitFor()
    expect(wrong).toEqual([])
  })

  test('what was said while the steps were being read is newer than what was read', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit({ id: 'said-meanwhile', steps: [{ id: 'link', action: 'FILE.LINK' }] })
    // What is read before anything was said comes last.
    await page.route(/\/steps\?/, async (route) => {
      const response = await route.fetch()
      await streaming
      await linking.say()
      await route.fulfill({ response })
    })
    const streaming = page.waitForResponse(/\/v1\/.*\/events/)
    await page.goto(`${url}/ui/jobs/said-meanwhile`)
    await page.getByRole('progressbar', { name: 'one of two files' }).waitFor()
    linking.goOn()
    await page.getByText('succeeded').first().waitFor()
    expect(wrong).toEqual([])
  })

  test('a parameter is shown as written and as resolved; the job is copied as curl, JSON and link, and shared', async () => {
    const context = { permissions: ['clipboard-read', 'clipboard-write'] }
    const { page, wrong } = await openPage(browser, context)
    const steps = [{ id: 'hi', action: 'TEXT.UPPERCASE', parameters: { text: 'hello {< who >}' } }]
    await client.jobs.submit({ id: 'copied', local_values: { who: "O'Hara" }, steps }, { wait: 5 })
    await page.goto(`${url}/ui/jobs/copied?step=hi`)
    await page.getByRole('region', { name: 'As written' }).getByText('{< who >}').waitFor()
    await page.getByRole('region', { name: 'As resolved' }).getByText("hello O'Hara").waitFor()
    const copied = async (name: string): Promise<string> => {
      await page.getByRole('button', { name: 'More' }).click()
      await page.locator('.page-head').getByRole('button', { name }).click()
      await page.getByRole('status').getByText('Copied').waitFor()
      const text = await page.evaluate('navigator.clipboard.readText()')
      await page.getByRole('status').getByText('Copied').waitFor({ state: 'detached' })
      return String(text)
    }
    const curl = await copied('Copy as curl')
    expect(curl).toContain(`${url}/v1/jobs`)
    const { id } = JSON.parse(await inShell(curl))
    expect(id).not.toBe('copied')
    expect(await client.jobs.definition(id)).toMatchObject({ local_values: { who: "O'Hara" }, steps })
    expect(JSON.parse(await copied('Copy as JSON'))).toMatchObject({
      id: 'copied',
      steps: [{ return_value: "HELLO O'HARA" }],
    })
    expect(await copied('Copy link')).toBe(`${url}/ui/jobs/copied?step=hi`)
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: /Share link/ }).click()
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Make the link' }).click()
    const link = (await page.getByRole('dialog').getByText('/ui/embed/job/copied?token=').textContent()) ?? ''
    const guest = await openPage(browser)
    await guest.page.goto(link)
    await guest.page.getByRole('treeitem', { name: /^hi/ }).waitFor()
    expect(await accessibilityFindings(guest.page)).toEqual([])
    expect(await guest.page.getByRole('link').count()).toBe(0)
    expect([...wrong, ...guest.wrong]).toEqual([])
  })

  test('a job of any size is posted once more by the command that is copied', async () => {
    const { page, wrong } = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
    const long = `it's "$HOME" \`id\` \\ ${'y'.repeat(1_000_000)}`
    await client.jobs.submit(
      { id: 'posted-again', local_values: { long }, steps: [{ action: 'LOGIC.TRUE' }] },
      { wait: 5 },
    )
    await page.goto(`${url}/ui/jobs/posted-again`)
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByRole('status').getByText('Copied').waitFor()
    const { id } = JSON.parse(await inShell(String(await page.evaluate('navigator.clipboard.readText()'))))
    expect((await client.jobs.get(id, { steps: false })).local_values).toEqual({ long })
    expect(wrong).toEqual([])
  })

  test('a job is run again with other parameters of the step that failed', async () => {
    const { page, wrong } = await openPage(browser)
    const steps = [{ id: 'name', action: 'TEXT.UPPERCASE', parameters: { text: 5 } }]
    await client.jobs.submit({ id: 'again', steps, output: '{: name :}' }, { wait: 5 })
    await page.goto(`${url}/ui/jobs/again`)
    await page.getByRole('button', { name: 'Re-run' }).click()
    await page.getByRole('button', { name: /changed/ }).click()
    await page.getByText('Parameters of name (JSON)').first().click()
    await page.getByRole('textbox', { name: 'Parameters of name (JSON)' }).fill('{ "text": "ada" }')
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click()
    await page.getByText('succeeded').first().waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(await client.jobs.get(id)).toMatchObject({ rerun_of: 'again', output: 'ADA' })
    expect(wrong).toEqual([])
  })

  test('new jobs are told without a row moving; rows that leave the filter go on being told; filters survive a reload', async () => {
    const { page, wrong } = await openPage(browser)
    const metadata = { list: 'live' }
    const wait = [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }]
    await client.jobs.submit({ id: 'live-1', name: 'the first', metadata, steps: wait })
    await page.goto(`${url}/ui/jobs`)
    await page.getByRole('link', { name: 'the first' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('list=live')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'waiting' }).click()
    const row = page.getByRole('row', { name: /the first/ })
    await row.getByText('waiting').waitFor()
    await page.waitForLoadState('networkidle')
    const before = await row.boundingBox()
    await client.jobs.submit({ id: 'live-2', name: 'the second', metadata, steps: wait })
    await page.getByRole('button', { name: /1 new job.*the second/ }).waitFor()
    expect(await row.boundingBox()).toEqual(before)
    await page.getByRole('button', { name: /1 new job/ }).click()
    await page.getByRole('row', { name: /the second/ }).waitFor()
    await client.jobs.signal('live-1', 'go')
    await row.getByText('succeeded').waitFor()
    await page.reload()
    await page.getByRole('row', { name: /the second/ }).waitFor()
    expect(await page.getByRole('row', { name: /the first/ }).count()).toBe(0)
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ 'metadata.list': 'live', state: 'waiting' })
    expect(wrong).toEqual([])
  })

  test('a value of a mebibyte is cut until somebody wants all of it', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit(
      { id: 'large', variables: { large: 'é'.repeat(500_000) }, steps: [], output: '{# large #}' },
      { wait: 10 },
    )
    await page.goto(`${url}/ui/jobs/large?tab=values`)
    const output = page.getByRole('region', { name: 'Output' })
    await output.waitFor()
    expect(((await output.textContent()) ?? '').length).toBeLessThan(20_000)
    await page
      .getByRole('button', { name: /^Show all/ })
      .first()
      .click()
    await eventually(async () => ((await output.textContent()) ?? '').length).toBeGreaterThan(500_000)
    expect(wrong).toEqual([])
  })
})

/** What a command says that is pasted into a shell. */
async function inShell(command: string): Promise<string> {
  const shell = spawn('bash', { stdio: ['pipe', 'pipe', 'inherit'] })
  shell.stdin.end(command)
  return await text(shell.stdout)
}
