import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = PLACES.find((path) => existsSync(path))
if (executablePath === undefined) process.stdout.write('no Chromium is installed: the test in a browser is SKIPPED\n')

/** A page of another origin, as an application has it. */
async function servePage(stack: AsyncDisposableStack): Promise<string> {
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<title>x</title>'),
  )
  stack.defer(() => void server.close())
  stack.defer(() => server.closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function launch(stack: AsyncDisposableStack, ...args: string[]): Promise<Browser> {
  const place = executablePath === undefined ? {} : { executablePath }
  const browser = await chromium.launch({ ...place, args: ['--no-sandbox', ...args] })
  stack.defer(() => browser.close())
  return browser
}

/** Runs in the page: watches a job until its EventSource stops for good. */
const watch = (url: string): Promise<string[]> =>
  new Promise((resolve) => {
    const seen: string[] = []
    const source = new EventSource(url)
    for (const type of ['step.updated', 'job.finished']) {
      source.addEventListener(type, (event) => {
        if (event instanceof MessageEvent) seen.push(`${event.lastEventId} ${type} ${JSON.parse(event.data).seq}`)
      })
    }
    source.onerror = () => {
      if (source.readyState === source.CLOSED) resolve(seen)
    }
  })

test.skipIf(executablePath === undefined)(
  'the EventSource of a real browser, at another origin and with a token, gets every event once and stops',
  { timeout: PATIENCE_MS },
  async () => {
    await using stack = new AsyncDisposableStack()
    const origin = await servePage(stack)
    const service = stack.use(await startConduit({ settings: { PORT: '0', CORS_ORIGINS: origin } }))
    const url = await service.conduit.listen()
    const steps = [
      { action: 'LOGIC.TRUE' },
      { action: 'TIME.SLEEP', parameters: { seconds: 3 } },
      { action: 'LOGIC.TRUE' },
    ]
    await service.client.jobs.submit({ id: 'seen', steps })
    // From now on nobody comes in without a key, or a token.
    const { secret } = (await service.request('POST', '/v1/keys', { name: 'first', scopes: ['admin', 'jobs:read'] }))
      .body
    const authorization = `Bearer ${secret}`
    const { token } = (await service.request('POST', '/v1/jobs/seen/tokens', undefined, { authorization })).body
    const browser = await launch(stack)
    const page = await browser.newPage()
    await page.goto(origin)
    expect(await page.evaluate(watch, `${url}/v1/jobs/seen/events?token=${token}`)).toEqual([
      '1 step.updated 1',
      '2 step.updated 2',
      '3 step.updated 3',
      '4 job.finished 4',
    ])
  },
)

/** Runs in the page: sends a request, and gives its status; null where the browser lets nothing of the answer be seen. */
const ask = ([url, method]: [url: string, method: string]): Promise<number | null> =>
  fetch(url, { method, mode: method === 'GET' ? 'cors' : 'no-cors' }).then(
    ({ status, type }) => (type === 'opaque' ? null : status),
    () => null,
  )

test.skipIf(executablePath === undefined)(
  'a page that leads its own name here, or sends forms from elsewhere, does nothing in a service without keys',
  { timeout: PATIENCE_MS },
  async () => {
    await using stack = new AsyncDisposableStack()
    const service = stack.use(await startConduit({ settings: { PORT: '0' } }))
    const { port } = new URL(await service.conduit.listen())
    const steps = [{ action: 'TIME.SLEEP', parameters: { seconds: 60 } }]
    await service.client.jobs.submit({ id: 'victim', steps })
    const browser = await launch(stack, '--host-resolver-rules=MAP rebound.test 127.0.0.1')

    const rebound = await browser.newPage()
    const answer = await rebound.goto(`http://rebound.test:${port}/v1/jobs`)
    expect(answer?.status()).toBe(403)
    expect(
      await rebound.evaluate(ask, [`http://rebound.test:${port}/v1/jobs/victim/cancel`, 'POST'] as [string, string]),
    ).not.toBe(202)

    const elsewhere = await browser.newPage()
    await elsewhere.goto(await servePage(stack))
    const cancel = `http://localhost:${port}/v1/jobs/victim/cancel`
    expect(await elsewhere.evaluate(ask, [cancel, 'POST'] as [string, string])).toBeNull()
    expect((await service.client.jobs.get('victim')).state).toMatch(/queued|running|waiting/)

    const own = await browser.newPage()
    await own.goto(`http://localhost:${port}/docs/reference`)
    expect(await own.evaluate(ask, [cancel, 'POST'] as [string, string])).toBe(202)
    expect((await service.client.jobs.get('victim')).state).toBe('cancelled')
  },
)
