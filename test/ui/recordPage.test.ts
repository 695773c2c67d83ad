import { type Client, createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { copyingBlock } from './copyingBlock.ts'

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

describe.skipIf(executablePath === undefined)('the record of a job on the page', () => {
  const stack = new AsyncDisposableStack()
  const copying = copyingBlock('FILE.COPY')
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    const settings = { PORT: '0', SECRETS_KEY: 'a'.repeat(40) }
    const service = stack.use(await startConduit({ settings, blocks: [copying.block] }))
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('hundreds of rounds begin folded, with what became of them, and are read when somebody looks', async () => {
    const { page, wrong } = await openPage(browser)
    const items = Array.from({ length: 300 }, (_, i) => i)
    const even = { id: 'even', action: 'LOGIC.ASSERT', parameters: { value: '{= item % 100 != 7 =}' } }
    const parameters = { items, on_error: 'continue' }
    await client.jobs.submit(
      {
        id: 'rounds',
        steps: [
          { id: 'all', action: 'FLOW.EACH', parameters, steps: [even] },
          { id: 'last', action: 'LOGIC.TRUE' },
        ],
      },
      { wait: true },
    )
    const below: string[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).searchParams.get('parent') === 'all') below.push(request.url())
    })
    await page.goto(`${url}/ui/jobs/rounds`)
    await page.getByRole('treeitem', { name: /^last/ }).waitFor()
    const all = page.getByRole('treeitem', { name: /^all/ })
    expect(await all.getAttribute('aria-expanded')).toBe('false')
    expect(await all.textContent()).toContain('297/300 · 3 failed')
    expect(await page.getByRole('treeitem').count()).toBe(2)
    expect(below).toEqual([])
    await all.focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('treeitem', { name: /^round 7 .*1 failed/ }).waitFor()
    expect(wrong).toEqual([])
  })

  test('parameters that were changed for one step stay with it', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit(
      {
        id: 'changed',
        local_values: { who: 'ada' },
        steps: [
          { id: 'first', action: 'TEXT.UPPERCASE', parameters: { text: '{< who >}' } },
          { id: 'second', action: 'TEXT.UPPERCASE', parameters: { text: 5 } },
        ],
        output: ['{: first :}', '{: second :}'],
      },
      { wait: true },
    )
    await page.goto(`${url}/ui/jobs/changed?step=first`)
    await page.getByRole('button', { name: 'Re-run' }).click()
    await page.getByRole('button', { name: /changed/ }).click()
    const dialog = page.getByRole('dialog')
    for (const [step, text] of [
      ['second', 'two'],
      ['first', 'one'],
    ]) {
      const name = `Parameters of ${step} (JSON)`
      await dialog.getByText(name).first().click()
      await dialog.getByRole('textbox', { name }).fill(JSON.stringify({ text }))
    }
    expect(await accessibilityFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Run' }).click()
    await page.getByText('succeeded').first().waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect(await client.jobs.get(id)).toMatchObject({ rerun_of: 'changed', output: ['ONE', 'TWO'] })
    expect(wrong).toEqual([])
  })

  test('how far a block is stands at its step in words; a job that waits for a child leads to it', async () => {
    const { page, wrong } = await openPage(browser)
    await client.jobs.submit({ id: 'copies', steps: [{ id: 'copy', action: 'FILE.COPY' }] })
    await page.goto(`${url}/ui/jobs/copies?step=copy`)
    await page.getByText('3 / 7').waitFor()
    await page.getByText('three of seven files').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    copying.goOn()
    await page.getByText('three of seven files').waitFor({ state: 'detached' })
    const job = { name: 'kid', steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] }
    await client.jobs.submit({ id: 'mother', steps: [{ id: 'sub', action: 'FLOW.JOB', parameters: { job } }] })
    await page.goto(`${url}/ui/jobs/mother`)
    await page
      .getByText(/waits for a child job/)
      .getByRole('link')
      .click()
    await page.getByRole('heading', { level: 1, name: 'kid' }).waitFor()
    await client.jobs.cancel('mother')
    expect(wrong).toEqual([])
  })

  test('what was tried before is told while a step is tried again', async () => {
    const { page, wrong } = await openPage(browser)
    const job = { steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] }
    const retry = { max_attempts: 3, delay: '1s' }
    await client.jobs.submit({ id: 'again', steps: [{ id: 'sub', action: 'FLOW.JOB', parameters: { job }, retry }] })
    await page.goto(`${url}/ui/jobs/again?step=sub`)
    const child = page.getByRole('tabpanel', { name: 'Steps' }).locator('.callout').getByRole('link')
    const first = new URL((await child.getAttribute('href')) ?? '', url).pathname.split('/').at(-1) ?? ''
    await client.jobs.cancel(first)
    const attempt = page.getByRole('listitem').filter({ hasText: 'JobFailed' })
    await eventually(() => attempt.textContent()).toMatch(/^1\./)
    // The next attempt is another child.
    await eventually(() => child.getAttribute('href')).not.toContain(first)
    expect(await attempt.textContent()).toMatch(/^1\./)
    await client.jobs.cancel('again')
    expect(wrong).toEqual([])
  })

  test('while the service is away the page says so and keeps what it has read; then it is live again', async () => {
    const { page } = await openPage(browser)
    await client.jobs.submit({ id: 'away', steps: [{ id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] })
    await page.goto(`${url}/ui/jobs/away`)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('treeitem', { name: /^go/ }).waitFor()
    await page.route('**/v1/**', (route) => route.abort('connectionrefused'))
    await page.getByText('Connecting again').waitFor()
    expect(await page.getByRole('treeitem', { name: /^go/ }).count()).toBe(1)
    await page.unroute('**/v1/**')
    await page.getByText('Live', { exact: true }).waitFor()
    await client.jobs.signal('away', 'go')
    await page.getByText('succeeded').first().waitFor()
  })

  test('what was chosen in one list is not chosen in another', async () => {
    const { page, wrong } = await openPage(browser)
    for (const one of ['red', 'blue'])
      await client.jobs.submit({ id: one, metadata: { one }, steps: [{ action: 'LOGIC.TRUE' }] }, { wait: true })
    await page.goto(`${url}/ui/jobs?metadata.one=red`)
    await page.getByRole('checkbox', { name: 'Select red' }).check()
    await page.getByText('1 selected').waitFor()
    await page.getByRole('searchbox').fill('one=blue')
    await page.keyboard.press('Enter')
    await page.getByRole('checkbox', { name: 'Select blue' }).waitFor()
    expect(await page.getByText('1 selected').count()).toBe(0)
    await eventually(() => page.getByRole('checkbox', { name: 'Select blue' }).isChecked()).toBe(false)
    expect(wrong).toEqual([])
  })
})
