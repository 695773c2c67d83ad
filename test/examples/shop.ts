import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import * as exported from '../../examples/recipes/blocks.ts'
import { isBlock } from '../../src/engine/block.ts'

export const blocks = Object.values(exported).filter(isBlock)

/** What recipes call over HTTP. */
export type Shop = AsyncDisposable & {
  readonly url: string
  /** The signatures of hooks that were right. */
  readonly hooks: string[]
  /** What was asked for: the methods and paths. */
  readonly requests: string[]
}

const LIST: Readonly<Record<string, object>> = {
  '': { rows: [1, 2], next: 'b' },
  b: { rows: [3, 4], next: 'c' },
  c: { rows: [5] },
}
const FILES = [
  { id: 'old', at: '2026-01-05T00:00:00.000Z' },
  { id: 'new', at: '2026-02-20T00:00:00.000Z' },
  { id: 'lost', at: '2025-12-24T00:00:00.000Z' },
]

export async function startShop(): Promise<Shop> {
  const hooks: string[] = []
  const requests: string[] = []
  let looks = 0
  const answers: Readonly<Record<string, (request: IncomingMessage, id: string, url: URL) => unknown>> = {
    rate: () => ({ rate: 1.1 }),
    list: (_request, _id, url) => LIST[url.searchParams.get('cursor') ?? ''],
    items: (_request, id) => (id === '4' ? undefined : { name: `item ${id}` }),
    files: ({ method }, id) => (method === 'DELETE' ? (id === 'lost' ? undefined : {}) : FILES),
    exports: ({ method }) =>
      method === 'POST' ? { id: 'e1' } : ++looks < 3 ? { state: 'running' } : { state: 'done', file: 'orders.csv' },
    hooks: async (request) => {
      const signed = `sha256=${createHmac('sha256', 'a shared key')
        .update(await text(request))
        .digest('hex')}`
      if (request.headers['x-signature'] === signed) hooks.push(signed)
      return request.headers['x-signature'] === signed ? null : undefined
    },
  }
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://shop')
    requests.push(`${request.method} ${request.url}`)
    const [, name = '', id = ''] = url.pathname.split('/')
    if (name === 'slow') return // never answers: who waits for it is stopped
    if (name === 'down') return void response.writeHead(503).end()
    const answer = await answers[name]?.(request, id, url)
    if (answer === undefined) return void response.writeHead(404).end()
    if (answer === null) return void response.writeHead(204).end()
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hooks,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
