import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a receiver saw of one request. */
export type Visit = {
  method: string
  url: string
  headers: IncomingMessage['headers']
  rawHeaders: string[]
  body: string
}

/** A real server on a free port that remembers who came. */
export type Receiver = AsyncDisposable & {
  readonly port: number
  readonly url: string
  readonly visits: Visit[]
  /** Connections that were made, with or without a request. */
  connections(): number
}

/** A server that notes each request, and then answers as told. */
export async function startReceiver(
  answer: (response: ServerResponse, visit: Visit) => unknown = (response) => response.end(),
): Promise<Receiver> {
  const visits: Visit[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers, rawHeaders } = request
    const visit = { method, url, headers, rawHeaders, body: await text(request) }
    visits.push(visit)
    await answer(response, visit)
  })
  server.on('connection', () => {
    connections++
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    visits,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A server below HTTP: does with the socket as told once the first bytes of a request are there. */
export async function startSocketServer(
  onRequest: (socket: Socket) => unknown,
): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).once('data', () => onRequest(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
