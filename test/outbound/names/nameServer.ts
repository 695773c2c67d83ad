import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** What a server has for a name: addresses of either family, no such name, or silence. */
export type Zone = (
  name: string,
) => { readonly four?: readonly string[]; readonly six?: readonly string[] } | 'silence' | null

/** A name server (RFC 1035) on loopback that remembers what it was asked. */
export type NameServer = AsyncDisposable & {
  /** As `networkResolver` takes it. */
  readonly address: string
  /** Names in the order in which they were asked for, twice each: once a family. */
  readonly asked: string[]
}

const TYPE = { a: 1, aaaa: 28 } as const
const NO_SUCH_NAME = 3

export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query, { address, port }) => {
    const { name, type, end } = questionOf(query)
    asked.push(name)
    const found = zone(name)
    if (found === 'silence') return
    const texts = (type === TYPE.a ? found?.four : type === TYPE.aaaa ? found?.six : undefined) ?? []
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(0x8180 | (found === null ? NO_SUCH_NAME : 0), 2)
    head.writeUInt16BE(texts.length, 6)
    head.writeUInt32BE(0, 8)
    const answers = texts.map((text) => record(type, bytesOf(text)))
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** A record for the name of the question, good for no time. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length])
  return Buffer.concat([head, data])
}

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [before = '', after = ''] = address.split('::')
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  const [first, last] = [groups(before), groups(after)]
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}
