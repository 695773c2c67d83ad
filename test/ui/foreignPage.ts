import { once } from 'node:events'
import { createServer } from 'node:http'

/** Where a page of somebody else stands; the service has it in CORS_ORIGINS and EMBED_ORIGINS. */
export const FOREIGN_URL = process.env['FOREIGN_URL'] ?? 'http://127.0.0.1:3001'

const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A shop</title><style>
body { margin: 24px; color-scheme: light dark; background: Canvas; color: CanvasText; font: 16px/1.5 serif }
iframe { width: 100%; height: 700px; border: 1px solid GrayText }
</style>`

/** Serves pages with a job on them: `/element` as an element, `/frame` as a frame. Ids and tokens are plain words. */
export async function serveForeignPage(service: string): Promise<Disposable> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', FOREIGN_URL)
    const job = searchParams.get('job') ?? ''
    const token = searchParams.get('token') ?? ''
    const shown =
      pathname === '/frame'
        ? `<iframe title="Your order" src="${service}/ui/embed/job/${job}?token=${token}"></iframe>`
        : `<script type="module" src="${service}/ui/embed.js"></script>
<conduit-job base-url="${service}" job="${job}" token="${token}"></conduit-job>`
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`${HEAD}<h1>Your order</h1><p>What the shop says of it.</p>${shown}<p>And what it says below.</p>`)
  })
  const { hostname, port } = new URL(FOREIGN_URL)
  server.listen(Number(port), hostname)
  await once(server, 'listening')
  return {
    [Symbol.dispose]: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
