import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type ParseError, parse } from 'jsonc-parser'
import { turns } from '../../process/turns.ts'
import { findLossyNumber } from '../../wire/lossyNumber.ts'
import { ProblemError } from '../../wire/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body of its schema may be left out. */
    bodyOptional?: true
  }
}

/**
 * Takes JSON bodies only, and strictly: `__proto__` is refused as a key, and so are numbers that a double can't hold.
 * Of repeated keys the last counts. The text is kept beside the value: a definition is stored as it was posted. An empty
 * body is none: clients name a type even then, and where there is nothing to say (a cancel) it does not matter.
 */
export function takeJsonBodies(app: FastifyInstance): void {
  app.decorateRequest('bodyText', '')
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request
    if (headers['content-length'] === '0') delete headers['content-type']
    done(faultOfCoding(headers))
  })
  app.addHook('preValidation', ({ body, routeOptions: { schema, config } }, _reply, done) => {
    const missing = body === undefined && schema?.body !== undefined && config.bodyOptional !== true
    done(missing ? new ProblemError('malformed-request', 'the body is empty; send JSON') : undefined)
  })
  app.removeAllContentTypeParsers()
  const parseSafely = app.getDefaultJsonParser('error', 'ignore')
  const parseBody = (
    request: FastifyRequest,
    body: string | Buffer,
    done: (error: Error | null, value?: unknown) => void,
  ) => {
    if (body.length > LARGE_BODY && !turns.hasTime()) {
      void turns.next(request.caller.tenant).then(() => parseBody(request, body, done))
      return
    }
    const text = typeof body === 'string' ? body : decode(body)
    if (text === null) return done(new ProblemError('malformed-request', 'the body is not valid UTF-8'))
    if (text === '') return done(null, undefined)
    void parseSafely(request, text, (error, value) => {
      if (error !== null) return done(new ProblemError('malformed-request', jsonFault(text)))
      const lossy = findLossyNumber(text)
      if (lossy !== null) {
        return done(new ProblemError('invalid-definition', `${lossy.pointer} ${lossy.detail}`, { errors: [lossy] }))
      }
      request.bodyText = text
      done(null, value)
    })
  }
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseBody)
  app.addContentTypeParser(/^application\/[a-z0-9.-]+\+json$/, { parseAs: 'buffer' }, parseBody)
}

/** A request's body, which is nobody's from now on: its sender may wait for long, and it may be a megabyte. */
export function takeBody(request: FastifyRequest): { readonly definition: unknown; readonly text: string } {
  const { body: definition, bodyText: text } = request
  request.body = undefined
  request.bodyText = ''
  return { definition, text }
}

/** A body of so many bytes takes so long to look at that it waits for its turn. */
const LARGE_BODY = 16 * 1024

/** Another coding below the chunks (RFC 9112, section 6.1): Node takes the chunks, and leaves what is in them coded. */
const CODED_CHUNKS = /^(?!chunked).*,\s*chunked$/i

/** A body is taken as it is. */
function faultOfCoding(headers: IncomingHttpHeaders): ProblemError | undefined {
  const { 'content-encoding': coding, 'transfer-encoding': transfer } = headers
  if (transfer !== undefined && CODED_CHUNKS.test(transfer)) {
    return new ProblemError('not-implemented', 'send the body in chunks or with its length, without another coding')
  }
  if (coding === undefined || coding.toLowerCase() === 'identity') return undefined
  return new ProblemError('unsupported-media-type', 'send the body as it is, without a coding')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of a body, a byte order mark left out; null where it is no UTF-8, as RFC 8259 demands. */
function decode(body: Buffer): string | null {
  try {
    return utf8.decode(body)
  } catch {
    return null
  }
}

/** What is wrong with a text that can't be taken, and where, without repeating any of it. */
function jsonFault(text: string): string {
  try {
    JSON.parse(text)
    return 'the body has __proto__ as a key'
  } catch {
    const offset = offsetOfFault(text)
    if (offset === null) return 'the body is not valid JSON'
    const before = text.slice(0, offset)
    const column = offset - before.lastIndexOf('\n')
    return `the body is not valid JSON: line ${before.split('\n').length}, column ${column}`
  }
}

/** Where a text stops being JSON: `JSON.parse` says it of some faults only, and in a sentence. */
function offsetOfFault(text: string): number | null {
  const errors: ParseError[] = []
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false })
  } catch {
    return null // nested too deeply for this parser
  }
  return errors[0]?.offset ?? null
}
