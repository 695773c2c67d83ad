import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'

/** Takes the place of all that is written. */
async function write(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: /^Definition as/ })
  await field.click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

describe.skipIf(executablePath === undefined)('the editor', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
    url = await service.conduit.listen()
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test.each([
    ['JSON', '{ "steps": [{ "action": "TEXT.UPPERCASE", "parameters": { "te'],
    ['YAML', 'steps:\n  - action: TEXT.UPPERCASE\n    parameters:\n      te'],
  ])('names are completed from the schema, in %s: of parameters by the action', async (language, text) => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    await page.getByRole('button', { name: 'YAML' }).click()
    await page.getByRole('textbox', { name: 'Definition as YAML' }).waitFor()
    await write(page, text)
    await page.getByRole('textbox', { name: `Definition as ${language}` }).waitFor()
    await page.keyboard.press('Control+Space')
    const option = page.getByRole('option', { name: /^text/ })
    await option.waitFor()
    expect(await option.textContent()).toContain('string')
    await option.click()
    await eventually(() => page.getByRole('textbox', { name: /^Definition as/ }).textContent()).toMatch(/text/)
    expect(wrong).toEqual([])
  })

  test.each([
    ['JSON', '{ "local_values": { "card": 1234567890123456789 }, "steps": [] }'],
    ['YAML', 'local_values:\n  card: 1234567890123456789\nsteps: []\n'],
  ])('a number that would become another one is told and not sent, in %s', async (language, text) => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    await page.getByRole('textbox', { name: /^Definition as/ }).waitFor()
    await write(page, text)
    await page.getByRole('textbox', { name: `Definition as ${language}` }).waitFor()
    await page.getByText('1234567890123456789 has more digits than a number holds').first().waitFor()
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true)
    expect(wrong).toEqual([])
  })

  test.each([
    ['JSON', '{ "steps": [{ "action": "text.joi'],
    ['YAML', 'steps:\n  - action: TEXT.JOI'],
  ])('blocks are completed with their titles, in %s', async (_language, text) => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    await write(page, text)
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', { name: /TEXT\.JOIN_LIST/ }).waitFor()
    await page.keyboard.press('Escape')
    expect(wrong).toEqual([])
  })

  test('a definition in YAML is marked, drawn as a tree, filled in by a form, and run', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    await write(page, 'steps:\n  # shouts\n  - id: loud\n    action: TEXT.UPERCASE\noutput: "{: loud :}"\n')
    await page.getByRole('button', { name: '/steps/0/action' }).first().waitFor()
    await page.locator('.cm-lintRange-error').first().waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await write(
      page,
      'steps:\n  # shouts\n  - id: loud\n    action: TEXT.UPPERCASE\n    parameters: { text: a }\noutput: "{: loud :}"\n',
    )
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: /loud/ }).click()
    await page.getByRole('textbox', { name: 'text' }).fill('conduit')
    await page.getByRole('button', { name: 'Take over' }).click()
    await eventually(() => page.getByRole('textbox', { name: /^Definition as/ }).textContent()).toMatch(
      /# shouts.*conduit/s,
    )
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByText('succeeded').first().waitFor()
    await page.getByRole('region', { name: 'Output' }).getByText('CONDUIT').waitFor()
    expect(wrong).toEqual([])
  })

  test('a definition with a name is tried with values by its form, saved as its next version, and its draft survives', async () => {
    const { page, wrong } = await openPage(browser)
    const { definitions } = createClient({ baseUrl: url })
    const inputs = { type: 'object', properties: { who: { type: 'string', title: 'Who' } }, required: ['who'] }
    const steps = [{ id: 'note', action: 'TEXT.UPPERCASE', parameters: { text: '{< who >}' } }]
    await definitions.put('greet', { title: 'Greets', inputs, steps, output: '{: note :}', tests: [] })
    await page.goto(`${url}/ui/definitions/greet`)
    await page.getByRole('link', { name: 'Edit', exact: true }).click()
    await page.getByRole('textbox', { name: 'Definition as JSON' }).getByText('inputs').waitFor()
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.getByLabel('Who').fill('ada')
    await page.getByRole('button', { name: 'Dry run' }).click()
    const result = page.getByRole('region', { name: 'Result of the dry run' })
    await result.getByText('"ADA"').first().waitFor()
    await result.getByRole('treeitem', { name: /DONE/ }).first().waitFor()
    await page.getByRole('button', { name: 'YAML' }).click()
    const field = page.getByRole('textbox', { name: 'Definition as YAML' })
    await field.click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.insertText('description: Says hello\n')
    await page.reload()
    await field.getByText('Says hello').waitFor()
    expect(await page.getByLabel('Who').inputValue()).toBe('ada')
    await page.getByRole('button', { name: 'Save as …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as greet, version 2.').waitFor()
    expect(await definitions.get('greet')).toMatchObject({ version: 2, description: 'Says hello' })
    expect(wrong).toEqual([])
  })

  test('a name and a value are completed with their quotes where none are written', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    await write(page, '{ "steps": [{ act')
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', { name: /^action/ }).click()
    await page.keyboard.insertText('TEXT.UPP')
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', { name: /^TEXT\.UPPERCASE/ }).click()
    const field = page.getByRole('textbox', { name: /^Definition as/ })
    await eventually(() => field.textContent()).toBe('{ "steps": [{ "action": "TEXT.UPPERCASE"')
    expect(wrong).toEqual([])
  })

  test('a text that is no object is told of, and not sent', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    await write(page, 'hello')
    await page.getByText('This is not an object').first().waitFor()
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true)
    await write(page, '{ "steps": [] }')
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.getByText('Mocks of the dry run').click()
    await page.getByLabel('Mocks of the dry run').fill('[')
    expect(await page.getByRole('button', { name: 'Dry run' }).isDisabled()).toBe(true)
    expect(wrong).toEqual([])
  })

  test('the tree says what runs on which occasion, and a meant name is said once', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    const step = { id: 'pay', action: 'LOGIC.TRUE', if: '{= 1 > 0 =}', retry: { max_attempts: 4 } }
    const undone = { ...step, undo: [{ id: 'refund', action: 'LOGIC.TRUE' }] }
    const told = [{ id: 'tell', action: 'LOGIC.TREU', forced: true }]
    await write(page, JSON.stringify({ steps: [undone], on_failure: told }))
    const tree = page.getByRole('list', { name: 'Steps' })
    await tree.getByRole('button', { name: 'pay LOGIC.TRUE if {= 1 > 0 =}, up to 4 attempts' }).waitFor()
    await tree.getByRole('button', { name: 'undo refund' }).waitFor()
    await tree.getByRole('button', { name: /on failure tell .*forced/ }).waitFor()
    const problem = page.getByRole('status').getByRole('listitem').filter({ hasText: 'LOGIC.TREU' })
    await problem.waitFor()
    expect((await problem.textContent())?.match(/LOGIC\.TRUE/g)).toHaveLength(1)
    expect(await accessibilityFindings(page)).toEqual([])
    expect(wrong).toEqual([])
  })

  test('inputs that are not filled in are what they are by default; secret ones are not seen and not kept', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    const properties = {
      who: { type: 'string', default: 'ada' },
      token: { type: 'string', 'x-secret': true },
    }
    const steps = [{ id: 'loud', action: 'TEXT.UPPERCASE', parameters: { text: '{< who >}' } }]
    await write(page, JSON.stringify({ inputs: { type: 'object', properties }, steps, output: '{: loud :}' }))
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByRole('region', { name: 'Result of the dry run' }).getByText('"ADA"').first().waitFor()
    await page.getByLabel('token').fill('sk_live_secret')
    expect(await page.getByLabel('token').getAttribute('type')).toBe('password')
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('sk_live_secret')
    expect(wrong).toEqual([])
  })

  test('the step that was chosen and the run that is watched survive a reload', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    const steps = ['first', 'second'].map((id) => ({ id, action: 'TEXT.UPPERCASE', parameters: { text: id } }))
    await write(page, JSON.stringify({ steps }, null, 2))
    await page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: 'second' }).click()
    await eventually(() => page.getByRole('textbox', { name: /^text/ }).inputValue()).toBe('second')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByText('succeeded').first().waitFor()
    await page.reload()
    await page.getByText('succeeded').first().waitFor()
    await eventually(() => page.getByRole('textbox', { name: /^text/ }).inputValue()).toBe('second')
    await page.getByRole('button', { name: 'Start anew' }).click()
    await page.getByText('succeeded').waitFor({ state: 'detached' })
    expect(wrong).toEqual([])
  })

  test('by the keyboard alone a definition is written, run and watched', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/editor`)
    const field = page.getByRole('textbox', { name: 'Definition as JSON' })
    await field.waitFor()
    const reach = async (what: string): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab')
        if ((await page.locator(`${what}:focus`).count()) > 0) return
      }
      throw new Error(`Tab never came to ${what}`)
    }
    await reach('.cm-content')
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText('{ "steps": [{ "id": "a", "action": "LOGIC.TRUE" }] }')
    await page.getByText('Nothing is wrong with it.').waitFor()
    await reach('[data-row]')
    await page.keyboard.press('Shift+Tab')
    await page.reload()
    await field.getByText('LOGIC.TRUE').waitFor()
    await reach('button.primary')
    await page.keyboard.press('Enter')
    await page.getByRole('treeitem', { name: /a LOGIC.TRUE/ }).waitFor()
    await page.getByText('succeeded').first().waitFor()
    expect(wrong).toEqual([])
  })
})
