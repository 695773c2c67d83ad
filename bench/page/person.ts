import type { Locator, Page } from 'playwright-core'

/** Somebody who looks for an answer: counts clicks and what is written, and how long the page takes. */
export class Person {
  readonly page: Page
  clicks = 0
  /** Texts that were written, each with Enter or Tab. */
  entries = 0
  readonly #began = performance.now()

  constructor(page: Page) {
    this.page = page
  }

  /** Since the overview was there. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000
  }

  async click(what: Locator): Promise<void> {
    this.clicks++
    await what.click()
  }

  async check(what: Locator): Promise<void> {
    this.clicks++
    await what.check()
  }

  /** Goes to the search by its key, wherever they are, and writes. */
  async search(text: string): Promise<void> {
    this.entries++
    await this.page.keyboard.press('/')
    await this.page.locator('input[type=search]:focus').waitFor()
    await this.page.keyboard.type(text)
    await this.page.keyboard.press('Enter')
  }

  async write(field: Locator, text: string): Promise<void> {
    this.entries++
    await field.fill(text)
    await field.press('Enter')
  }

  /** Goes to a view by the navigation. */
  async go(view: string): Promise<void> {
    await this.click(this.page.getByRole('navigation').getByRole('link', { name: view, exact: true }))
  }

  async read(what: Locator): Promise<string> {
    return (await what.first().textContent()) ?? ''
  }
}
