import { type Static, Type } from 'typebox'
import { type Block, type BlockContext, defineBlock } from '../engine/block.ts'
import { InvalidArgument, TimeoutError, ValueTooLarge } from '../engine/errors.ts'
import { judgeUrl } from '../outbound/addresses.ts'
import type { Outbound } from '../outbound/dispatcher.ts'
import { OutboundError } from '../outbound/errors.ts'
import { bodyReceived, bodyToSend } from './httpBody.ts'
import { headersReceived, headersToSend } from './httpHeaders.ts'

/** What a step may return, less room for the status, the headers and the URL. */
const DEFAULT_MAX_BYTES = 1_048_576 - 32_768

/** Methods that change something at the other end. */
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const Parameters = Type.Object({
  url: Type.String({ description: 'An http or https URL without credentials, of at most 2,048 characters.' }),
  method: Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], {
    default: 'GET',
    description: 'The method.',
  }),
  headers: Type.Record(Type.String(), Type.String(), {
    default: {},
    description: 'Headers to send. Those about the connection, the length and the encoding are set by the service.',
  }),
  query: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
    default: {},
    description: 'Added to the query of the URL.',
  }),
  body: Type.Optional(
    Type.Unknown({ description: 'What to send: text as it is, everything else as JSON. Left out: no body.' }),
  ),
  timeout_seconds: Type.Number({
    exclusiveMinimum: 0,
    maximum: 300,
    default: 30,
    description: 'How long the whole exchange may take.',
  }),
  max_bytes: Type.Integer({
    minimum: 1,
    maximum: 1_048_576,
    default: DEFAULT_MAX_BYTES,
    description: 'A larger body of the answer is an error.',
  }),
  parse: Type.Enum(['auto', 'json', 'text'], {
    default: 'auto',
    description: 'How to read the body: as JSON, as text, or by its content type.',
  }),
  fail_on_status: Type.Boolean({ default: false, description: 'Whether a status from 400 on is an error.' }),
})

const Returns = Type.Object({
  status: Type.Integer({ description: 'The status; redirects are not followed.' }),
  headers: Type.Record(Type.String(), Type.String(), {
    description: 'Names in lower case; repeated ones are joined by a comma, `set-cookie` by a line end.',
  }),
  body: Type.Unknown({ description: 'JSON or text, as `parse` says; null where JSON is empty.' }),
  url: Type.String({ description: 'The URL that was requested, the query included.' }),
})

/** The blocks of the category HTTP. All that they send goes through `outbound`, which refuses private addresses. */
export function httpBlocks(outbound: Pick<Outbound, 'request'>): readonly Block[] {
  return [
    defineBlock({
      action: 'HTTP.REQUEST',
      title: 'HTTP request',
      description: 'Sends an HTTP request and returns the answer, whatever its status. Follows no redirects.',
      tags: ['HTTP'],
      effects: true,
      mutates: false,
      parameters: Parameters,
      returns: Returns,
      examples: [EXAMPLE],
      run: (parameters, context) => request(outbound, parameters, context),
    }),
  ]
}

const EXAMPLE = {
  parameters: { url: 'https://api.example.com/orders', method: 'POST', query: { dry_run: true }, body: { item: 7 } },
  returns: {
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: { id: 'o-1' },
    url: 'https://api.example.com/orders?dry_run=true',
  },
}

async function request(
  outbound: Pick<Outbound, 'request'>,
  parameters: Static<typeof Parameters>,
  { signal, step }: BlockContext,
): Promise<Static<typeof Returns>> {
  const { method, body, timeout_seconds, max_bytes, parse, fail_on_status } = parameters
  const headers = headersToSend(parameters.headers)
  setDefault(headers, 'user-agent', 'conduit')
  if (UNSAFE.has(method)) setDefault(headers, 'idempotency-key', step.idempotencyKey)
  const sent = body === undefined ? null : bodyToSend(body)
  if (sent !== null) setDefault(headers, 'content-type', sent.contentType)
  try {
    const url = withQuery(parameters.url, parameters.query)
    const answer = await outbound.request({
      method,
      url,
      headers: Object.fromEntries(headers),
      ...(sent !== null && { body: sent.text }),
      timeoutMs: timeout_seconds * 1000,
      maxBytes: max_bytes,
      signal,
    })
    const received = headersReceived(answer.headers)
    if (fail_on_status && answer.status >= 400) throw new Error(`the host answered with status ${answer.status}`)
    return { status: answer.status, headers: received, body: bodyReceived(answer.body, received, parse), url }
  } catch (error) {
    throw error instanceof OutboundError ? asBlockError(error) : error
  }
}

function setDefault(headers: Map<string, string>, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value)
}

/** The URL as it is requested: its own query first and unchanged, no fragment. */
function withQuery(text: string, query: Readonly<Record<string, string | number | boolean>>): string {
  const url = judgeUrl(text, { allowPrivate: true })
  const added = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]))
  if (added.size > 0) url.search = url.search === '' ? `${added}` : `${url.search}&${added}`
  url.hash = ''
  return url.href
}

/** Which of the engine's errors it is: what the caller wrote, the time, the size, or the world outside. */
function asBlockError(error: OutboundError): Error {
  switch (error.code) {
    case 'INVALID_URL':
    case 'ADDRESS_REFUSED':
      return new InvalidArgument(error.message)
    case 'TIMEOUT':
      return new TimeoutError(error.message)
    case 'RESPONSE_TOO_LARGE':
      return new ValueTooLarge(error.message)
    default:
      return new Error(error.message)
  }
}
