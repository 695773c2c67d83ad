import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** Answers that have no body, and whose `Response` may have none (Fetch, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

/** `fetch` for a service that listens nowhere. Its answers come as they are written, so streams are streams. */
export function socketlessFetch(http: Pick<FastifyInstance, 'inject'>): typeof fetch {
  return async (input, init) => {
    const { method, url, headers, signal, body } = new Request(input, init)
    const payload = body === null ? {} : { payload: Buffer.from(await new Response(body).arrayBuffer()) }
    const reply = await http.inject({
      method: method as 'GET',
      url,
      headers: Object.fromEntries(headers),
      signal,
      payloadAsStream: true,
      ...payload,
    })
    const fields = Object.entries(reply.headers).map(([name, value]): [string, string] => [name, String(value)])
    const stream = WITHOUT_BODY.has(reply.statusCode) ? null : Readable.toWeb(reply.stream())
    return new Response(stream as ReadableStream | null, { status: reply.statusCode, headers: fields })
  }
}
