import { type Client, createClient } from '@conduit-jobs/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { startBrokenLine } from '../client/brokenLine.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { startConduit } from '../support/conduit.ts'
import { accessibilityFindings, executablePath, launch, openPage } from './browser.ts'
import { copyingBlock } from './copyingBlock.ts'
import { servePage } from './otherSite.ts'
import { HOSTILE, submitSamples } from './sampleJobs.ts'

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS })

describe.skipIf(executablePath === undefined)("one job on other people's pages", () => {
  const stack = new AsyncDisposableStack()
  const copying = copyingBlock('FILE.COPY')
  const moving = copyingBlock('FILE.MOVE')
  let host: Awaited<ReturnType<typeof servePage>>
  let url: string
  let client: Client
  let browser: Browser
  beforeAll(async () => {
    host = stack.use(await servePage())
    const settings = { PORT: '0', CORS_ORIGINS: host.url, EMBED_ORIGINS: host.url }
    const service = stack.use(await startConduit({ settings, blocks: [copying.block, moving.block] }))
    url = await service.conduit.listen()
    client = createClient({ baseUrl: url })
    await submitSamples(client)
    browser = await launch(stack)
  })
  afterAll(() => stack.disposeAsync())

  /** Another site's page with the element. */
  async function show(job: string, { base = url, token }: { base?: string; token?: string } = {}): Promise<Page> {
    const read = token ?? (await client.jobs.createToken(job)).token
    host.show(`<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1>
      <script type="module" src="${url}/ui/embed.js"></script>
      <conduit-job base-url="${base}" job="${job}" token="${read}"></conduit-job></main>`)
    const { page } = await openPage(browser)
    await page.goto(host.url)
    return page
  }

  /**
   * Ends a job and deletes it before its pages read it again: what has read a job's end does not ask for it any more, and
   * never hears that it is gone.
   */
  async function endAndDelete(id: string, pages: readonly Page[]): Promise<void> {
    const { promise: deleted, resolve } = Promise.withResolvers<void>()
    const isRead = ({ pathname }: URL): boolean =>
      pathname.startsWith(`/v1/jobs/${id}`) && !pathname.endsWith('/events')
    for (const page of pages) await page.route(isRead, (route) => deleted.then(() => route.continue()))
    await client.jobs.cancel(id)
    await client.jobs.delete(id)
    resolve()
  }

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

  test('the element tells how far a block is, also one below a step that is shown, and the state it is in', async () => {
    const page = await show(
      (
        await client.jobs.submit({
          name: 'copy',
          steps: [
            { id: 'copy', title: 'Copy the files', action: 'FILE.COPY' },
            { id: 'all', action: 'FLOW.DO', steps: [{ id: 'move', action: 'FILE.MOVE' }] },
            { id: 'go', action: 'FLOW.SIGNAL', parameters: { name: 'go' } },
          ],
        })
      ).id,
    )
    const element = page.locator('conduit-job')
    const line = (name: string) => element.getByRole('listitem').filter({ hasText: name })
    await line('Copy the files').getByText('3 / 7 three of seven files').waitFor()
    expect(await line('Copy the files').getByRole('progressbar').getAttribute('value')).toBe('3')
    await element.getByRole('status').filter({ hasText: 'running' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    copying.goOn()
    await line('all').getByText('3 / 7 three of seven files').waitFor()
    await eventually(() => line('Copy the files').getByRole('progressbar').count()).toBe(0)
    moving.goOn()
    await line('go').getByText('waiting').waitFor()
    await element.getByRole('status').filter({ hasText: 'waiting' }).waitFor()
    expect(await element.getByRole('progressbar').count()).toBe(0)
  })

  test('of a stream that breaks again and again the element tells every step', async () => {
    await using line = await startBrokenLine(url)
    line.cutStreamsAfter(1_500)
    const pause = { action: 'TIME.SLEEP', parameters: { seconds: 0.2 } }
    // It goes on once it is watched.
    const go = { action: 'FLOW.SIGNAL', parameters: { name: 'go' } }
    const { id } = await client.jobs.submit({ steps: [go, ...Array.from({ length: 8 }, () => pause)] })
    const page = await show(id, { base: line.url })
    await page.locator('conduit-job').getByText('waiting').first().waitFor()
    await client.jobs.signal(id, 'go')
    await page.locator('conduit-job').getByText('succeeded').waitFor()
    expect(await page.locator('conduit-job').getByText('DONE').count()).toBe(9)
    expect(line.seen.filter(({ line: asked }) => asked.includes('/events')).length).toBeGreaterThan(1)
  })

  test('a service that is away is asked again; a job that goes while it is watched, and a token that reads none, are told', async () => {
    await using line = await startBrokenLine(url)
    const { id } = await client.jobs.submit({ steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] })
    line.answerNext(503, {})
    const page = await show(id, { base: line.url })
    const element = page.locator('conduit-job')
    await element.getByText('waiting').first().waitFor()
    await endAndDelete(id, [page])
    await eventually(() => element.evaluate((at) => at.shadowRoot?.textContent)).toBe(
      'This job is not there, or no longer.',
    )
    const stranger = await show('order-77', { token: 'cjt_of.others' })
    await stranger.getByText('The token does not read this job, or no longer.').waitFor()
    // Until the first answer to another token it says that it waits for one.
    await stranger.route('**/v1/**', () => undefined)
    await stranger.locator('conduit-job').evaluate((at) => at.setAttribute('token', 'cjt_of.another'))
    await stranger.getByText('Loading …').waitFor()
  })

  test('hostile texts are text in the element, and a step that failed deep down is named', async () => {
    const page = await show('hostile')
    await page.locator('conduit-job').getByText(HOSTILE).first().waitFor()
    expect(await page.title()).toBe('Shop')
    const steps = [
      { id: 'do', action: 'FLOW.DO', steps: [{ id: 'sum', action: 'LOGIC.ASSERT', parameters: { value: 0 } }] },
    ]
    await client.jobs.submit({ id: 'deep', steps }, { wait: true })
    const deep = await show('deep')
    await deep.getByText('do/sum: the value must be truthy, and is 0').waitFor()
  })

  test('a job that is deleted while its page is watched is told; a link that has ended says so', async () => {
    const { id } = await client.jobs.submit({ steps: [{ action: 'FLOW.SIGNAL', parameters: { name: 'go' } }] })
    const { token } = await client.jobs.createToken(id)
    const pages = []
    for (const path of [`jobs/${id}`, `embed/job/${id}?token=${token}`]) {
      const { page } = await openPage(browser)
      await page.goto(`${url}/ui/${path}`)
      await page.getByText('Live', { exact: true }).waitFor()
      pages.push(page)
    }
    await endAndDelete(id, pages)
    for (const page of pages) {
      await page.getByRole('alert').getByText('This job can no longer be read').waitFor()
      expect(await page.getByText('Live', { exact: true }).count()).toBe(0)
      expect(await page.getByRole('button', { name: /Cancel|Delete|Re-run/ }).count()).toBe(0)
    }
    const { page } = await openPage(browser)
    await page.goto(`${url}/ui/embed/job/order-77?token=cjt_of.others`)
    await page.getByRole('alert').getByText('This link does not show the job, or no longer').waitFor()
  })
})
