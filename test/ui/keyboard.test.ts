import { createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { startConduit } from '../support/conduit.ts'
import { executablePath, launch, openPage } from './browser.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { fillService } from './sampleService.ts'

/** Browsers take their time on a busy machine. */
const eventually = <T>(look: () => T, message = 'what is waited for') =>
  expect.poll(look, { timeout: PATIENCE_MS, message })

const VIEWS = [
  '',
  'jobs?state=failed',
  'jobs/order-77',
  'jobs/flow?tab=events',
  'editor',
  'definitions/refund',
  'definitions/refund?tab=versions',
  'questions',
  'schedules',
  'blocks/TEXT.JOIN',
  'webhooks',
  'access',
  'access?tab=limits',
]
/** Dialogs: where they are, and the buttons that lead to them. */
const DIALOGS: readonly (readonly [path: string, ...buttons: string[]])[] = [
  ['jobs/order-77', 'Delete'],
  ['jobs/order-77', 'Re-run', 'With changed values …'],
  ['jobs/order-77', 'More', 'Share link …'],
  ['jobs/signal', 'Cancel'],
  ['jobs/signal', 'More', 'Send a signal …'],
  ['editor', 'Save as …'],
  ['definitions/refund', 'Delete'],
  ['schedules', 'Make a schedule'],
  ['schedules', 'Change …'],
  ['schedules', 'Backfill …'],
  ['schedules', 'Delete'],
  ['webhooks', 'Add a webhook'],
  ['webhooks', 'More', 'Redeliver what failed …'],
  ['webhooks', 'More', 'Delete'],
  ['access', 'Make a key'],
  ['access?tab=secrets', 'Write a secret'],
]
const MOST_STOPS = 200

/** Goes by Tab from the beginning of a page to its end, and gives how often it stopped: each stop is seen, once what comes late has its place. */
async function walk(page: Page): Promise<number> {
  const focused = page.locator(':focus')
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    await page.keyboard.press('Tab')
    if ((await focused.count()) === 0) return stops
    const at = await focused.evaluate(({ outerHTML }) => outerHTML.slice(0, 120))
    await eventually(() => isSeen(focused), at).toBe(true)
  }
  throw new Error('Tab never left the page')
}

function isSeen(focused: Locator): Promise<boolean> {
  return focused.evaluate((at) => {
    const { bottom, height, top, width } = at.getBoundingClientRect()
    const view = at.ownerDocument.defaultView
    // The editor is marked around all of it.
    const marked = at.matches('.cm-content') ? at.closest('.cm-editor') : at
    const outline = marked === null ? 'none' : view?.getComputedStyle(marked).outlineStyle
    return height > 0 && width > 0 && bottom > 0 && top < (view?.innerHeight ?? 0) && outline !== 'none'
  })
}

describe.skipIf(executablePath === undefined)('the page by the keyboard alone', () => {
  const stack = new AsyncDisposableStack()
  let url: string
  let browser: Browser
  beforeAll(async () => {
    const settings = { PORT: '0', SECRETS_KEY: 'a'.repeat(40), WEBHOOK_ALLOW_PRIVATE: 'true' }
    const service = stack.use(await startConduit({ settings }))
    url = await service.conduit.listen()
    await fillService(createClient({ baseUrl: url }), 'http://127.0.0.1:9')
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  test('jobs are found, walked through and opened by the keyboard alone', async () => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/`)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.keyboard.press('/')
    await page.locator('input[type=search]:focus').waitFor()
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

  test('`/` that is pressed before a view is there goes to the search of that view', async () => {
    const { page, wrong } = await openPage(browser)
    const held = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await page.route('**/v1/me', async (route) => {
      asked.resolve()
      await held.promise
      await route.continue()
    })
    const script = Promise.withResolvers<void>()
    await page.route(/assets\/view-.*\.js/, async (route) => {
      await script.promise
      await route.continue()
    })
    await page.goto(`${url}/ui/blocks`)
    // First before anybody knows who is there.
    await asked.promise
    await page.keyboard.press('/')
    held.resolve()
    await page.getByRole('navigation').waitFor()
    script.resolve()
    await page.getByRole('searchbox', { name: 'Search blocks' }).and(page.locator(':focus')).waitFor()
    expect(new URL(page.url()).pathname).toBe('/ui/blocks')
    // Then before the file of the view is loaded.
    const { page: second, wrong: more } = await openPage(browser)
    const file = Promise.withResolvers<void>()
    await second.route(/assets\/view-.*\.js/, async (route) => {
      await file.promise
      await route.continue()
    })
    await second.goto(`${url}/ui/blocks`)
    await second.getByRole('navigation').waitFor()
    await second.keyboard.press('/')
    file.resolve()
    await second.getByRole('searchbox', { name: 'Search blocks' }).and(second.locator(':focus')).waitFor()
    expect(new URL(second.url()).pathname).toBe('/ui/blocks')
    expect([...wrong, ...more]).toEqual([])
  })

  test.each(VIEWS)('Tab goes through /ui/%s, is seen wherever it stops, and leaves it', async (path) => {
    const { page, wrong } = await openPage(browser)
    await page.goto(`${url}/ui/${path}`)
    await page.locator('h1').waitFor()
    await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined)
    expect(await walk(page)).toBeGreaterThan(9)
    await page.context().close()
    expect(wrong).toEqual([])
  })

  test('each dialog is opened, walked and closed, and the focus is back where it was', async () => {
    const { page, wrong } = await openPage(browser)
    const lost: string[] = []
    for (const [path, ...buttons] of DIALOGS) {
      await page.goto(`${url}/ui/${path}`)
      for (const name of buttons) {
        await page.getByRole('button', { name, exact: true }).first().focus()
        await page.keyboard.press('Enter')
      }
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      // Behind its end comes its beginning, or what is the browser's: never what it covers.
      for (let i = 0; i < 20; i++) {
        const outside = await page
          .locator(':focus')
          .evaluateAll((all) => all.filter((one) => one.closest('dialog') === null).length)
        if (outside > 0) lost.push(`${path} ${buttons.at(-1)}: behind the dialog`)
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      const back = (await page.locator(':focus').allTextContents()).join('')
      if (back.trim() !== buttons[0]) lost.push(`${path} ${buttons.at(-1)}: back at “${back}”`)
    }
    expect(lost).toEqual([])
    expect(wrong).toEqual([])
  })

  test('who wants no motion sees none', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${url}/ui/jobs/flow`)
    await page.locator('.live').waitFor()
    const moving = () => page.locator('html').evaluate((html) => html.ownerDocument.getAnimations().length)
    await eventually(moving).toBeGreaterThan(0)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await eventually(moving).toBe(0)
  })
})
