import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy before a service that breaks what it is told to. */
export type BrokenLine = AsyncDisposable & {
  readonly url: string
  /** What came through, as `METHOD PATH`, with the headers of the request. */
  readonly seen: { readonly line: string; readonly headers: NodeJS.Dict<string | string[]> }[]
  /** The next answer reaches nobody: the service did what it was asked, and the connection is cut. */
  loseNextAnswer(): void
  /** Answers the next request by itself. */
  answerNext(status: number, headers: Record<string, string>): void
  /** Cuts each stream of events after so many bytes; 0 never. */
  cutStreamsAfter(bytes: number): void
}

export async function startBrokenLine(target: string): Promise<BrokenLine> {
  const seen: BrokenLine['seen'] = []
  let losing = false
  let cutAfter = 0
  let own: { status: number; headers: Record<string, string> } | null = null
  const server = createServer((incoming, outgoing) => {
    seen.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers })
    if (own !== null) {
      outgoing.writeHead(own.status, own.headers).end()
      own = null
      return
    }
    const upstream = request(new URL(incoming.url ?? '/', target), {
      method: incoming.method ?? 'GET',
      headers: incoming.headers,
    })
    const cut = (): void => void outgoing.destroy()
    upstream.on('error', cut)
    outgoing.on('close', () => upstream.destroy())
    upstream.on('response', (answer) => {
      if (losing) {
        losing = false
        answer.resume().on('end', cut)
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      let sent = 0
      const isStream = answer.headers['content-type']?.includes('event-stream') === true
      answer.on('data', (chunk: Buffer) => {
        outgoing.write(cutAfter > 0 && isStream ? chunk.subarray(0, cutAfter - sent) : chunk)
        sent += chunk.length
        if (cutAfter > 0 && isStream && sent >= cutAfter) setImmediate(cut)
      })
      answer.on('end', () => outgoing.end())
    })
    incoming.pipe(upstream)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    loseNextAnswer: () => {
      losing = true
    },
    answerNext: (status, headers) => {
      own = { status, headers }
    },
    cutStreamsAfter: (bytes) => {
      cutAfter = bytes
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
