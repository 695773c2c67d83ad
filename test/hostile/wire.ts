import { once } from 'node:events'
import { connect } from 'node:net'

/** One answer as it came over the socket. */
export type RawAnswer = {
  readonly status: number
  /** Names in lower case; of repeated headers the last. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Everything that came, with whatever followed the first answer. */
  readonly text: string
}

/** The head of a request. */
export function head(method: string, path: string, headers: readonly (readonly [string, string])[]): string {
  const lines = [['host', 'localhost'], ...headers].map(([name, value]) => `${name}: ${value}`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** Sends bytes as they are, and gives what came back until the other side closed or the first answer was whole. */
export async function exchange(url: URL, bytes: Buffer): Promise<RawAnswer> {
  const socket = connect(Number(url.port), url.hostname)
  const chunks: Buffer[] = []
  const answered = Promise.withResolvers<void>()
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    if (isWhole(Buffer.concat(chunks))) answered.resolve()
  })
  socket.on('close', () => answered.resolve())
  // A refusal may come, and the connection be reset, while a body is still being sent.
  socket.on('error', () => answered.resolve())
  await Promise.race([once(socket, 'connect'), answered.promise])
  socket.write(bytes)
  await answered.promise
  socket.destroy()
  return parse(Buffer.concat(chunks))
}

function isWhole(bytes: Buffer): boolean {
  const { headers, body } = parse(bytes)
  const length = headers.get('content-length')
  if (length !== undefined) return Buffer.byteLength(body, 'latin1') >= Number(length)
  return headers.get('transfer-encoding') === 'chunked' && body.endsWith('0\r\n\r\n')
}

function parse(bytes: Buffer): RawAnswer {
  const text = bytes.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = (end < 0 ? '' : text.slice(0, end)).split('\r\n')
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: end < 0 ? '' : text.slice(end + 4), text }
}
