import type { Json } from '../engine/values/json.ts'

/** How to read the body of an answer. */
export type Parse = 'auto' | 'json' | 'text'

/** A body on its way out: text as it is, everything else as JSON, with the type to name where the user named none. */
export type SentBody = { readonly text: string; readonly contentType: string }

export function bodyToSend(body: unknown): SentBody {
  if (typeof body === 'string') return { text: body, contentType: 'text/plain; charset=utf-8' }
  return { text: JSON.stringify(body), contentType: 'application/json' }
}

/**
 * An answer's body as a value. `auto` goes by the content type and falls back to text; what shall be JSON and is empty
 * (204, HEAD) is null. Throws an Error where `json` was asked for and it is none, and for a compressed body: nobody
 * asked for one, and it may grow without bound.
 */
export function bodyReceived(bytes: Uint8Array, headers: Readonly<Record<string, string>>, parse: Parse): Json {
  refuseCompressed(bytes, headers['content-encoding'] ?? '')
  const asJson = parse === 'json' || (parse === 'auto' && isJsonType(headers['content-type'] ?? ''))
  const text = new TextDecoder().decode(bytes)
  if (!asJson) return text
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    if (parse === 'json') throw new Error('the body of the answer is no valid JSON')
    return text
  }
}

function refuseCompressed(bytes: Uint8Array, encoding: string): void {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
  if (bytes.length === 0 || codings.every((coding) => coding === '' || coding === 'identity')) return
  throw new Error(`the body of the answer is encoded as ${encoding.slice(0, 100)}, which is not read`)
}

/** `application/json`, `text/json`, and all that end in `+json`. */
function isJsonType(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';', 1)
  return /^[^/]+\/(json|[^/]+\+json)$/.test(type.trim())
}
