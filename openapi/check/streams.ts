import { Ajv2020 } from 'ajv/dist/2020.js'

type Described = {
  paths: Record<string, Record<string, { responses: Record<string, { 'x-event-stream'?: { schema: object } }> }>>
  components: object
}

/**
 * Reads the two streams of events from the service itself, and compares each event with what the document says of the
 * stream. Gives what does not fit, or that a stream told of nothing.
 */
export async function readStreams({ paths, components }: Described, base: string, key: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream', 'content-type': 'application/json' }
  const body = JSON.stringify({
    id: 'streamed',
    steps: [{ action: 'LOGIC.TRUE' }, { action: 'TIME.SLEEP', parameters: { seconds: 0.1 } }],
  })
  const findings: string[] = []
  const streams = [
    ['post', '/v1/jobs', { method: 'POST', headers, body }],
    ['get', '/v1/jobs/{id}/events', { headers }],
  ] as const
  for (const [method, path, init] of streams) {
    const schema = paths[path]?.[method]?.responses['200']?.['x-event-stream']?.schema
    if (schema === undefined) throw new Error(`${method} ${path} has no stream`)
    const isEvent = new Ajv2020({ strict: false, validateFormats: false }).compile({ ...schema, components })
    const answer = await fetch(base + path.replace('{id}', 'streamed'), {
      ...init,
      signal: AbortSignal.timeout(30_000),
    })
    const events = [...(await answer.text()).matchAll(/^data: ?(.+)$/gm)].map(([, data = '']) => JSON.parse(data))
    if (events.length < 3) findings.push(`${method} ${path} told of ${events.length} events`)
    for (const event of events)
      if (!isEvent(event)) findings.push(`${method} ${path}: ${JSON.stringify([event, isEvent.errors])}`)
  }
  return findings
}
