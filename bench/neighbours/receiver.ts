import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** Takes webhooks; tells when that of a job came. */
export type Receiver = AsyncDisposable & {
  readonly url: string
  /** The moment at which the message of a job's end came, by `performance.now()`. */
  came(id: string): Promise<number>
}

export async function startReceiver(): Promise<Receiver> {
  const expected = new Map<string, PromiseWithResolvers<number>>()
  const of = (id: string): PromiseWithResolvers<number> => {
    const known = expected.get(id) ?? Promise.withResolvers<number>()
    expected.set(id, known)
    return known
  }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      response.writeHead(204).end()
      if (request.url !== '/modest') return
      const message = JSON.parse(text) as { data: { job: { id: string } } }
      of(message.data.job.id).resolve(performance.now())
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    came: async (id) => {
      const at = await of(id).promise
      expected.delete(id)
      return at
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
