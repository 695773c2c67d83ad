import { createServer, request } from 'node:http'
import { createClient } from '@conduit-jobs/client'
import { expect, test } from 'vitest'
import { startConduit } from '../support/conduit.ts'
import { executablePath, launch, openPage } from './browser.ts'
import { type Listening, listenOnLoopback } from './loopback.ts'

test.skipIf(executablePath === undefined)('below a path of a proxy everything works as at the root', async () => {
  await using stack = new AsyncDisposableStack()
  const { conduit } = stack.use(await startConduit({ settings: { PORT: '0' } }))
  const url = await conduit.listen()
  const client = createClient({ baseUrl: url })
  const proxy = stack.use(await startProxy(url, '/ops/conduit'))
  const { page, wrong } = await openPage(await launch(stack))
  await client.jobs.submit(
    { id: 'behind', name: 'behind a proxy', steps: [{ id: 'one', action: 'LOGIC.TRUE' }] },
    { wait: 5 },
  )
  await page.goto(`${proxy.url}/ops/conduit/ui/jobs`)
  await page.getByRole('link', { name: 'behind a proxy' }).click()
  await page.getByRole('treeitem', { name: /^one/ }).waitFor()
  expect(page.url()).toBe(`${proxy.url}/ops/conduit/ui/jobs/behind`)
  await page.reload()
  await page.getByRole('treeitem', { name: /^one/ }).waitFor()
  await page.getByRole('link', { name: 'Editor' }).click()
  await page.getByRole('textbox', { name: /^Definition/ }).waitFor()
  await page.getByText('Nothing is wrong with it.').waitFor()
  expect(wrong).toEqual([])
})

/** A proxy that puts a path before everything. */
function startProxy(target: string, prefix: string): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(prefix) !== true) return void outgoing.writeHead(404).end()
    const { method = 'GET', headers } = incoming
    const upstream = request(new URL(incoming.url.slice(prefix.length), target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
  return listenOnLoopback(server)
}
