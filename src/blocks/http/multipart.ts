import { randomUUID } from 'node:crypto'
import { InvalidArgument } from '../../engine/errors.ts'
import { isObject } from '../../engine/values/json.ts'
import { fromBase64, type SentBody } from './bytes.ts'
import { bodyFields, type FormField, fieldText } from './form.ts'
import type { MediaType } from './mediaType.ts'

/**
 * An object as `multipart/form-data` (RFC 7578), a part for each property. A part is text, a number, a boolean, or
 * `{ filename?, content_type?, text | base64 }`; a list is several parts of one name. Throws an `InvalidArgument`.
 */
export function multipartBody(body: unknown, type: MediaType): SentBody {
  if (type.boundary !== null)
    throw new InvalidArgument('leave the boundary out of the content type; the service sets it')
  const boundary = `conduit-${randomUUID()}`
  const parts = bodyFields(body).flatMap((field) => [...partOf(field, boundary), Buffer.from('\r\n')])
  const bytes = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  return { bytes, contentType: `multipart/form-data; boundary=${boundary}` }
}

function partOf({ name, value, pointer }: FormField, boundary: string): Buffer[] {
  const { filename, contentType, content } = isObject(value) ? fileOf(value, pointer) : plain(fieldText(value, pointer))
  const head = [
    `--${boundary}`,
    `content-disposition: form-data; name="${escape(name)}"${filename === null ? '' : `; filename="${escape(filename)}"`}`,
    ...(contentType === null ? [] : [`content-type: ${contentType}`]),
  ]
  return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]
}

type Part = { readonly filename: string | null; readonly contentType: string | null; readonly content: Buffer }

function plain(text: string): Part {
  return { filename: null, contentType: null, content: Buffer.from(text) }
}

const PART_KEYS = new Set(['filename', 'content_type', 'text', 'base64'])

function fileOf(value: Record<string, unknown>, pointer: string): Part {
  const { filename = null, content_type = null, text, base64 } = value
  const unknown = Object.keys(value).find((key) => !PART_KEYS.has(key))
  if (unknown !== undefined || (text === undefined) === (base64 === undefined)) {
    throw new InvalidArgument(`${pointer} must be { "filename", "content_type", and "text" or "base64" }`)
  }
  if (content_type !== null && (typeof content_type !== 'string' || !/^[\x20-\x7e]+$/.test(content_type))) {
    throw new InvalidArgument(`${pointer}/content_type must be a content type on one line`)
  }
  return {
    filename: filename === null ? null : fieldText(filename, `${pointer}/filename`),
    contentType: content_type ?? (text === undefined ? 'application/octet-stream' : 'text/plain; charset=utf-8'),
    content:
      text === undefined ? fromBase64(base64, `${pointer}/base64`) : Buffer.from(fieldText(text, `${pointer}/text`)),
  }
}

/** As browsers write names (HTML, "multipart/form-data encoding algorithm"). */
function escape(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
