import { createClient } from '@conduit-jobs/client'
import { expect, test } from 'vitest'
import openapi from '../../openapi/openapi.json' with { type: 'json' }

type Operation = { readonly parameters?: readonly { readonly in: string; readonly name: string }[] }
type Call = {
  readonly name: string
  readonly method: string
  readonly pathname: string
  readonly isRepeatable: boolean
}
const paths = Object.entries(openapi.paths) as unknown as [string, Record<string, Operation>][]

/** What the document says of a request; undefined for none that it knows. */
function operationOf(method: string, pathname: string): Operation | undefined {
  const parts = pathname.split('/')
  const matching = paths.filter(([pattern]) => {
    const wanted = pattern.split('/')
    return wanted.length === parts.length && wanted.every((one, i) => one === parts[i] || one.startsWith('{'))
  })
  return matching.map(([, operations]) => operations[method.toLowerCase()]).find((one) => one !== undefined)
}

function verbsOf(noun: unknown): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(noun)).filter((name) => name !== 'constructor')
}

/** Every verb of every noun, called with ids and empty bodies. */
async function callAll(): Promise<Call[]> {
  const calls: Call[] = []
  let name = ''
  const client = createClient({
    baseUrl: 'http://127.0.0.1',
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      const isRepeatable = new Headers(init?.headers).has('idempotency-key')
      calls.push({ name, method: init?.method ?? 'GET', pathname, isRepeatable })
      // There is nothing more to be told.
      if (pathname.endsWith('/events')) return new Response(null, { status: 204 })
      const answer = { finished_at: '2026-01-01T00:00:00.000Z', data: [], next_cursor: null }
      return Response.json(answer)
    },
  })
  const nouns = Object.entries(client as Record<string, unknown>).filter(([, value]) => typeof value === 'object')
  for (const [label, noun] of nouns) {
    for (const verb of verbsOf(noun)) {
      name = `${label}.${verb}`
      const called: unknown = (noun as Record<string, (...given: unknown[]) => unknown>)[verb]?.('x', 'y', {})
      if (called !== null && typeof called === 'object' && Symbol.asyncIterator in called) {
        await Array.fromAsync(called as AsyncIterable<unknown>).catch(() => undefined)
      } else await called
    }
  }
  return calls
}

test('every verb is a route of the document', async () => {
  const calls = await callAll()
  expect(calls.length).toBeGreaterThan(25)
  const unknown = calls.filter(({ method, pathname }) => operationOf(method, pathname) === undefined)
  expect(unknown).toEqual([])
})

test('every verb whose route takes an Idempotency-Key sends one', async () => {
  const calls = await callAll()
  const takes = ({ method, pathname }: Call): boolean =>
    operationOf(method, pathname)?.parameters?.some(({ name }) => name === 'idempotency-key') ?? false
  expect(calls.filter((call) => call.isRepeatable !== takes(call))).toEqual([])
})
