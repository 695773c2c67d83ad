/** An event as it came over the wire. */
export type SentEvent = { readonly id: string; readonly event: string; readonly data: ReturnType<typeof JSON.parse> }

/** A stream of events, read as the WHATWG text says, over a socket of its own. */
export type OpenStream = AsyncDisposable & {
  readonly status: number
  readonly headers: Headers
  /** Everything that came, as text. */
  readonly text: () => string
  /** The next event; null at the end of the stream. Rejects where the connection breaks. */
  next(): Promise<SentEvent | null>
  /** All events up to the end of the stream. */
  rest(): Promise<SentEvent[]>
  /** Goes away. */
  close(): Promise<void>
}

export async function openStream(url: string, init: RequestInit = {}): Promise<OpenStream> {
  const controller = new AbortController()
  const headers = { accept: 'text/event-stream', ...init.headers }
  const response = await fetch(url, { ...init, headers, signal: controller.signal })
  const reader = (response.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let parsed = 0
  const nextBlock = async (): Promise<string | null> => {
    for (;;) {
      const end = text.indexOf('\n\n', parsed)
      if (end >= 0) {
        const block = text.slice(parsed, end)
        parsed = end + 2
        return block
      }
      const { done, value } = await reader.read()
      if (done) return null
      text += value
    }
  }
  const next = async (): Promise<SentEvent | null> => {
    for (;;) {
      const block = await nextBlock()
      if (block === null) return null
      const event = parseEvent(block)
      if (event !== null) return event
    }
  }
  const rest = async (): Promise<SentEvent[]> => {
    const events: SentEvent[] = []
    for (let event = await next(); event !== null; event = await next()) events.push(event)
    return events
  }
  const close = async (): Promise<void> => {
    controller.abort()
    await reader.cancel().catch(() => undefined)
  }
  return {
    status: response.status,
    headers: response.headers,
    text: () => text,
    next,
    rest,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Null for what is only a comment, or the time to come again. */
function parseEvent(block: string): SentEvent | null {
  const fields = new Map(
    block
      .split('\n')
      .flatMap((line) => (line.startsWith(':') ? [] : [[line.split(': ', 1)[0] ?? '', line.replace(/^[^:]*: ?/, '')]])),
  )
  const data = fields.get('data')
  if (data === undefined) return null
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) }
}
