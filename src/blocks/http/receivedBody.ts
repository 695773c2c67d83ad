import type { Json } from '../../engine/values/json.ts'
import { JsonTextError, parseJsonText } from '../../engine/values/jsonText.ts'
import { decodeText } from './charset.ts'
import { decodeBody } from './coding.ts'
import { UnreadableBody } from './errors.ts'
import { isJson, readMediaType } from './mediaType.ts'

/** How to read the body of an answer. */
export type Parse = 'auto' | 'json' | 'text' | 'base64'

/**
 * An answer's body as a value, its codings (gzip and the like) undone.
 *
 * `auto` goes by the content type: JSON where it says so, else text; JSON that is none, or that can't be held, is kept
 * as text, since what was asked for has happened. White space alone as JSON is null (204, HEAD). `base64` takes any
 * bytes. Throws an `UnreadableBody` where the bytes are not what they should be, never giving text with holes, and
 * `ValueTooLarge` where they unfold to more than `maxBytes`.
 */
export async function bodyReceived(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  { parse, maxBytes }: { readonly parse: Parse; readonly maxBytes: number },
): Promise<Json> {
  const plain = await decodeBody(bytes, codingsOf(headers), maxBytes)
  if (parse === 'base64') return Buffer.from(plain).toString('base64')
  const type = readMediaType(headers['content-type'] ?? '')
  const text = decodeText(plain, type)
  if (parse === 'text' || (parse === 'auto' && !isJson(type))) return text
  if (/^[ \t\r\n]*$/.test(text)) return null
  try {
    return parseJsonText(text)
  } catch (error) {
    if (parse === 'auto') return text
    throw error instanceof JsonTextError ? new UnreadableBody(error.message) : error
  }
}

/** The codings of the body, then those of the way, which come off first; chunks are taken apart already. */
function codingsOf(headers: Readonly<Record<string, string>>): string {
  const ofTheWay = (headers['transfer-encoding'] ?? '').split(',').filter((name) => !/^\s*chunked\s*$/i.test(name))
  return [headers['content-encoding'] ?? '', ...ofTheWay].filter((name) => name !== '').join(',')
}
