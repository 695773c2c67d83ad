type Operation = {
  operationId: string
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { content: Record<string, { example?: unknown }> }
}
type Document = { paths: Record<string, Record<string, Operation>> }

/** What stands in a path where nothing better is known. */
const NAMES: Readonly<Record<string, string>> = { action: 'TEXT.JOIN', path: 'join', tenant: 'default', version: '1' }

/** These would end what the rest needs, so they come last. */
const LAST = /^(delete|revoke|cancel|createKey|rotateKey|createSession)/

const VIOLATION = /stoplight\.io\/prism/

/**
 * Calls each operation twice, with what the document gives as an example and with ids that are nobody's, through a proxy
 * that checks requests and answers. Streams of events are left out: they stand apart in the document (`x-event-stream`), or
 * generated clients would take each answer for a union, so a strict proxy does not know their media type.
 *
 * Gives the answers in which the proxy says that the document was broken.
 */
export async function walk({ paths }: Document, base: string, key: string): Promise<string[]> {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  )
  operations.sort((a, b) => Number(LAST.test(a.operationId)) - Number(LAST.test(b.operationId)))
  const call = (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers = { accept: 'application/json', authorization: `Bearer ${key}` }
    const sent =
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return fetch(`${base}${path}`, { method, ...sent, signal: AbortSignal.timeout(30_000) })
  }
  const made = await call('POST', '/v1/jobs', {
    steps: [{ id: 'join', action: 'TEXT.JOIN', parameters: { text1: 'a', text2: 'b' } }],
  })
  const { id } = (await made.json()) as { id: string }
  const findings: string[] = []
  const wrong = await call('POST', '/v1/jobs', { steps: 1 })
  if (!VIOLATION.test(await wrong.text())) findings.push('the proxy does not look')
  for (const job of [id, 'nobody']) {
    for (const { path, method, operationId, requestBody } of operations) {
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        name === 'id' ? job : (NAMES[name] ?? 'example'),
      )
      const reply = await call(method, address, requestBody?.content['application/json']?.example)
      const text = await reply.text()
      if (VIOLATION.test(text)) findings.push(`${operationId}: ${text.slice(0, 600)}`)
    }
  }
  return findings
}
