import { connect, type Socket } from 'node:net'

/** Called for each event, as soon as its last byte is here. `finishedAt` is the moment that it tells of. */
export type OnEvent = (seq: number, finishedAt: number) => void

/** A subscriber that costs little: a bare socket, and as much parsing as is needed to know what came when. */
export type Subscriber = { readonly socket: Socket; readonly ended: Promise<void> }

/** Resolves when the stream has begun. */
export async function subscribe(url: URL, id: string, onEvent: OnEvent): Promise<Subscriber> {
  const socket = connect(Number(url.port), url.hostname)
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
    if (text.includes('retry: ')) begun.resolve()
    text = takeEvents(text, onEvent)
    if (text.endsWith('0\r\n\r\n')) socket.end()
  })
  socket.on('error', (error) => {
    begun.reject(error)
    ended.reject(error)
  })
  socket.on('close', () => {
    begun.reject(new Error('the stream was closed before it began'))
    ended.resolve()
  })
  socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nhost: ${url.host}\r\naccept: text/event-stream\r\n\r\n`)
  await begun.promise
  return { socket, ended: ended.promise }
}

const EVENT = /id: (\d+)\nevent: [a-z.]+\ndata: \{"type":"[a-z.]+","seq":\d+,"timestamp":"([^"]+)"[^\n]*\n\n/g

/** What is left behind the last whole event. */
function takeEvents(text: string, onEvent: OnEvent): string {
  let end = 0
  for (const match of text.matchAll(EVENT)) {
    onEvent(Number(match[1]), Date.parse(match[2] ?? ''))
    end = match.index + match[0].length
  }
  return text.slice(Math.max(end, text.length - 65_536))
}
