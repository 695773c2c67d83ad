import { createServer } from 'node:http'
import { type Listening, listenOnLoopback } from './loopback.ts'

/** A page of another origin, with whatever it is told to show. */
export async function servePage(): Promise<Listening & { show(html: string): void }> {
  let html = ''
  const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(html))
  const show = (next: string): void => {
    html = next
  }
  return { ...(await listenOnLoopback(server)), show }
}
