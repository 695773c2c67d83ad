import { type Static, Type } from 'typebox'
import { type Block, type BlockContext, defineBlock } from '../engine/block.ts'
import { judgeUrl } from '../outbound/addresses.ts'
import type { Outbound } from '../outbound/dispatcher.ts'
import { OutboundError } from '../outbound/errors.ts'
import type { OutboundResponse } from '../outbound/exchange.ts'
import { readRetryAfter } from '../outbound/retryAfter.ts'
import { authorize } from './http/authorize.ts'
import { demandWellFormed } from './http/charset.ts'
import { asBlockError, HttpStatusError, UnreadableBody } from './http/errors.ts'
import { headersReceived, headersToSend } from './http/headers.ts'
import { bodyReceived } from './http/receivedBody.ts'
import { bodyToSend } from './http/sentBody.ts'

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
  auth: Type.Optional(
    Type.Union(
      [
        Type.Object({ bearer: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
        Type.Object({ username: Type.String(), password: Type.String() }, { additionalProperties: false }),
      ],
      {
        description:
          'What the header `Authorization` is made of: a bearer token, or a user name and a password (Basic).',
      },
    ),
  ),
  body: Type.Optional(
    Type.Unknown({
      description:
        'What to send: text as it is, everything else as JSON. An object under the content type `application/x-www-form-urlencoded` or `multipart/form-data` is sent as that form; a part of the latter may be `{ "filename", "content_type", "text" or "base64" }`. Left out: no body.',
    }),
  ),
  body_encoding: Type.Enum(['auto', 'base64'], {
    default: 'auto',
    description: 'With `base64`, the body is text in base64, and the bytes that it stands for are sent.',
  }),
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
    description: 'A larger body of the answer, as it came or decoded, is an error.',
  }),
  parse: Type.Enum(['auto', 'json', 'text', 'base64'], {
    default: 'auto',
    description:
      'How to read the body: as JSON, as text, as bytes in base64, or by its content type: JSON, else text. Bytes that are no text in the charset of the answer (UTF-8 where it names none) are an error, but with `base64`.',
  }),
  fail_on_status: Type.Boolean({
    default: false,
    description: 'Whether a status from 400 on is an error, of the type `HttpStatus404` and so on.',
  }),
})

const Returns = Type.Object({
  status: Type.Integer({ description: 'The status; redirects are not followed.' }),
  headers: Type.Record(Type.String(), Type.String(), {
    description: 'Names in lower case; repeated ones are joined by a comma, `set-cookie` by a line end.',
  }),
  body: Type.Unknown({
    description:
      'JSON, text or base64, as `parse` says, without its coding (gzip and the like); null where JSON is empty. A number that a double would change is text with its digits.',
  }),
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
      secretParameters: ['headers', 'query', 'body', 'auth'],
      secretUrls: ['url'],
      keywords: ['fetch', 'curl', 'api', 'rest', 'get', 'post', 'webhook', 'download', 'upload', 'call'],
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
  context: BlockContext,
): Promise<Static<typeof Returns>> {
  const { signal, job, step } = context
  const { method, timeout_seconds, max_bytes, fail_on_status } = parameters
  const headers = headersToSend(parameters.headers)
  setDefault(headers, 'user-agent', 'conduit')
  if (UNSAFE.has(method)) setDefault(headers, 'idempotency-key', step.idempotencyKey)
  authorize(headers, parameters.auth)
  const body = takeBody(parameters, headers)
  try {
    const url = withQuery(parameters.url, parameters.query)
    context.sendsTo(url)
    const timeoutMs = timeout_seconds * 1000
    const sent = {
      tenant: job.tenant,
      method,
      url,
      headers: Object.fromEntries(headers),
      ...(body !== null && { body }),
    }
    const answer = await outbound.request({ ...sent, timeoutMs, maxBytes: max_bytes, signal })
    if (fail_on_status && answer.status >= 400) {
      throw new HttpStatusError(answer.status, readRetryAfter(answer.headers['retry-after'], Date.now()))
    }
    return await read(answer, url, parameters)
  } catch (error) {
    throw error instanceof OutboundError ? asBlockError(error) : error
  }
}

/** The body to send, or null; its content type goes to the headers. */
function takeBody(
  { body, body_encoding }: Pick<Static<typeof Parameters>, 'body' | 'body_encoding'>,
  headers: Map<string, string>,
): Uint8Array | null {
  if (body === undefined) return null
  const { bytes, contentType } = bodyToSend(body, headers.get('content-type'), body_encoding)
  headers.set('content-type', contentType)
  return bytes
}

async function read(
  answer: OutboundResponse,
  url: string,
  { parse, max_bytes }: Pick<Static<typeof Parameters>, 'parse' | 'max_bytes'>,
): Promise<Static<typeof Returns>> {
  const { status } = answer
  const headers = headersReceived(answer.headers)
  try {
    return { status, headers, body: await bodyReceived(answer.body, headers, { parse, maxBytes: max_bytes }), url }
  } catch (error) {
    if (!(error instanceof UnreadableBody)) throw error
    throw new UnreadableBody(`the host answered with status ${status}; its body can't be read: ${error.message}`)
  }
}

function setDefault(headers: Map<string, string>, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value)
}

/** The URL as it is requested: its own query first and unchanged, no fragment. */
function withQuery(text: string, query: Readonly<Record<string, string | number | boolean>>): string {
  demandWellFormed(text, 'the URL')
  for (const part of Object.entries(query).flat()) demandWellFormed(`${part}`, 'the query')
  const url = judgeUrl(text, { allowPrivate: true })
  const added = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]))
  if (added.size > 0) url.search = url.search === '' ? `${added}` : `${url.search}&${added}`
  url.hash = ''
  return url.href
}
