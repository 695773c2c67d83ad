import { InvalidArgument } from '../../engine/errors.ts'
import { isObject } from '../../engine/values/json.ts'
import { fromBase64, type SentBody } from './bytes.ts'
import { encodeText } from './charset.ts'
import { formText } from './form.ts'
import { FORM, isJson, MULTIPART, type MediaType, readMediaType } from './mediaType.ts'
import { multipartBody } from './multipart.ts'

/** How the parameter `body` says what to send: a value, or bytes in base64. */
export type BodyEncoding = 'auto' | 'base64'

/**
 * A body as bytes. Text goes as it is, in the charset that the type names. Everything else goes as JSON, or as a form
 * where the type says so; under a type that is neither, only numbers and booleans have an obvious text.
 *
 * @param given the header `Content-Type`, where the author of the step wrote one
 *
 * Throws an `InvalidArgument` that names the place for what can't be sent so.
 */
export function bodyToSend(body: unknown, given: string | undefined, encoding: BodyEncoding): SentBody {
  if (encoding === 'base64')
    return { bytes: fromBase64(body, '/body'), contentType: given ?? 'application/octet-stream' }
  const type = given === undefined ? null : readMediaType(given)
  if (typeof body === 'string') {
    return { bytes: encodeText(body, type?.charset ?? 'utf-8'), contentType: given ?? 'text/plain; charset=utf-8' }
  }
  if (type?.essence === MULTIPART) return multipartBody(body, type)
  return { bytes: encodeText(textOf(body, type), type?.charset ?? 'utf-8'), contentType: given ?? 'application/json' }
}

function textOf(body: unknown, type: MediaType | null): string {
  if (type === null || isJson(type)) return JSON.stringify(body)
  if (type.essence === FORM) return formText(body)
  if (typeof body === 'number' || typeof body === 'boolean') return `${body}`
  const what = body === null ? 'null' : isObject(body) ? 'an object' : 'a list'
  throw new InvalidArgument(
    `/body is ${what}, and the content type ${JSON.stringify(type.essence)} is neither JSON nor a form; give text, or bytes with body_encoding "base64"`,
  )
}
