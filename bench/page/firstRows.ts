import type { Browser } from 'playwright-core'
import { openPage } from '../../test/ui/browser.ts'

const RUNS = 5
/** An address, and what is there when there is something to read. */
const VIEWS: readonly (readonly [view: string, path: string, first: string])[] = [
  ['Jobs', 'jobs', 'table.jobs tbody tr'],
  ['Jobs, failed', 'jobs?state=failed', 'table.jobs tbody tr'],
  ['Jobs, by tag', 'jobs?tag=nightly', 'table.jobs tbody tr'],
  ['Jobs, by label', 'jobs?metadata.customer=acme', 'table.jobs tbody tr'],
  ['Jobs, by id', 'jobs?id_prefix=acme-', 'table.jobs tbody tr'],
  ['Jobs, by failed action', 'jobs?action_failed=LOGIC.ASSERT', 'table.jobs tbody tr'],
  ['a job', 'jobs/acme-1', '[role=treeitem]'],
  ['Overview', '', '.cards .card strong'],
]

/** How long each view takes from the address to its first row, in a browser that has the page's files. */
export async function firstRows(browser: Browser, address: string): Promise<{ view: string; median: number }[]> {
  const { page } = await openPage(browser)
  await page.goto(`${address}/ui/`)
  const found = []
  for (const [view, path, first] of VIEWS) {
    const times: number[] = []
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now()
      await page.goto(`${address}/ui/${path}`, { waitUntil: 'commit' })
      await page.locator(first).first().waitFor()
      times.push(performance.now() - began)
    }
    found.push({ view, median: times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN })
  }
  return found
}
