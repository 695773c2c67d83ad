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
  /** Whatever the database says comes so many milliseconds later from now on, as from one that has much to do. */
  delay(milliseconds: number): void
  /** The next statement that holds this text reaches the database, and its connection is cut before the answer. */
  loseAnswerTo(text: string): void
  /** The answer to the next statement that holds this text is kept back, until what this gives is called. */
  delayAnswerTo(text: string): () => void
  /** New lines lead to another database; those that are open stay where they are. */
  repoint(databaseUrl: string): void
}

export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl)
  let behind = target
  const silent = new Set<Socket>()
  const sockets = new Set<Socket>()
  let losing: string | null = null
  let delaying: string | null = null
  const delayed = Promise.withResolvers<void>()
  let deaf = false
  let delayMs = 0
  const server = createServer((client) => {
    const upstream = dial(behind)
    let cut = false
    let until: Promise<void> | null = null
    sockets.add(client).add(upstream)
    if (deaf) silent.add(client)
    client.on('data', (data) => {
      if (silent.has(client)) return
      if (losing !== null && data.includes(losing)) {
        cut = true
        losing = null
      }
      if (delaying !== null && data.includes(delaying)) {
        until = delayed.promise
        delaying = null
      }
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (cut) client.destroy()
      else if (delayMs > 0) setTimeout(() => client.write(data), delayMs)
      else if (until !== null) void until.then(() => client.write(data))
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
  const url = new URL(target)
  url.searchParams.delete('host')
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    silence: () => {
      for (const socket of sockets) silent.add(socket)
    },
    silenceAll: () => {
      deaf = true
      for (const socket of sockets) silent.add(socket)
    },
    delay: (milliseconds) => {
      delayMs = milliseconds
    },
    loseAnswerTo: (text) => {
      losing = text
    },
    delayAnswerTo: (text) => {
      delaying = text
      return delayed.resolve
    },
    repoint: (other) => {
      behind = new URL(other)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** A connection to a database, over TCP or its socket. */
export function dial({ hostname, port, searchParams }: URL): Socket {
  const folder = searchParams.get('host')
  const number = Number(port || 5432)
  return folder === null ? connect(number, hostname) : connect(`${folder}/.s.PGSQL.${number}`)
}
