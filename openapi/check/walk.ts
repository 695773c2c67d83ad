import { type Ask, prepare } from './prepare.ts'

type Operation = {
  operationId: string
  requestBody?: { content: Record<string, { example?: unknown }> }
  responses: Record<string, { headers?: Readonly<Record<string, object>> }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { headers: Readonly<Record<string, object>> }
}

/** What stands in a path where nothing better is known. */
const NAMES: Readonly<Record<string, string>> = { action: 'TEXT.JOIN', path: 'join', tenant: 'default', version: '1' }

/** These would end what the rest needs, so they come last. */
const LAST = /^(delete|revoke|endSession)/

const VIOLATION = /stoplight\.io\/prism/

/** What the walk found, and how far it went. */
export type Walk = { readonly findings: readonly string[]; readonly operations: number; readonly answers: number }

/**
 * Calls each operation twice, with what the document gives as an example: for what is there, and with ids that are
 * nobody's. All goes through a proxy that checks requests and answers; headers of answers, which it does not know of, are
 * compared here. Streams of events are left out: they stand apart in the document (`x-event-stream`), or generated
 * clients would take each answer for a union, so a strict proxy does not know their media type.
 *
 * Finds the answers in which the document was broken, and the operations that never did what they are for.
 */
export async function walk({ paths, components }: Document, base: string, key: string): Promise<Walk> {
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
  const ask: Ask = async (method, path, body) => (await call(method, path, body)).json() as ReturnType<Ask>
  const findings: string[] = []
  const wrong = await call('POST', '/v1/jobs', { steps: 1 })
  if (!VIOLATION.test(await wrong.text())) findings.push('the proxy does not look')
  const { ids, delivery } = await prepare(ask)
  const succeeded = new Set<string>()
  for (const isThere of [true, false]) {
    for (const { path, method, operationId, requestBody, responses } of operations) {
      const deliveryId = isThere && path.includes('{delivery_id}') ? await delivery(path) : 'nobody'
      const values = { ...NAMES, id: isThere ? ids(operationId, path) : 'nobody', delivery_id: deliveryId }
      const address = path.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => Object.entries(values).find(([known]) => known === name)?.[1] ?? 'example',
      )
      const example = operationId === 'beginSession' ? { key } : requestBody?.content['application/json']?.example
      const reply = await call(method, address, example)
      const text = await reply.text()
      if (VIOLATION.test(text)) findings.push(`${operationId}: ${text.slice(0, 600)}`)
      if (reply.ok || reply.status === 302) succeeded.add(operationId)
      const told = responses[reply.status]?.headers ?? {}
      for (const name of Object.keys(components.headers)) {
        if (reply.headers.has(name) && !(name in told))
          findings.push(`${operationId}: ${reply.status} has ${name}, unsaid`)
      }
    }
  }
  const idle = operations.filter(({ operationId }) => !succeeded.has(operationId))
  findings.push(...idle.map(({ operationId }) => `${operationId} was never answered as what it is for`))
  return { findings, operations: operations.length, answers: 2 * operations.length }
}
