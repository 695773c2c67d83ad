import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A line to the database that can be broken in ways a process can't be. */
export type Proxy = AsyncDisposable & {
  /** The database, through the proxy. */
  readonly url: string
  /** Every line that is open now falls silent for good, and neither end is told. New ones work. */
  silence(): void
  /** So does every line from now on, as where packets are dropped. */
  silenceAll(): void
  /** The next statement that holds this text reaches the database, and its connection is cut before the answer. */
  loseAnswerTo(text: string): void
}

export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl)
  const folder = target.searchParams.get('host')
  const port = Number(target.port || 5432)
  const silent = new Set<Socket>()
  const sockets = new Set<Socket>()
  let losing: string | null = null
  let deaf = false
  const server = createServer((client) => {
    const upstream = folder === null ? connect(port, target.hostname) : connect(`${folder}/.s.PGSQL.${port}`)
    let cut = false
    sockets.add(client).add(upstream)
    if (deaf) silent.add(client)
    client.on('data', (data) => {
      if (silent.has(client)) return
      if (losing !== null && data.includes(losing)) {
        cut = true
        losing = null
      }
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (cut) client.destroy()
      else if (!silent.has(client)) client.write(data)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined) // `close` follows
      one.on('close', () => {
        sockets.delete(one)
        if (!silent.has(client)) other.destroy()
      })
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  target.searchParams.delete('host')
  target.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: target.href,
    silence: () => {
      for (const socket of sockets) silent.add(socket)
    },
    silenceAll: () => {
      deaf = true
      for (const socket of sockets) silent.add(socket)
    },
    loseAnswerTo: (text) => {
      losing = text
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
