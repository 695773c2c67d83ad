import { MIMEType } from 'node:util'

/** What a `Content-Type` says: the type in lower case, and its charset where it names one. */
export type MediaType = { readonly essence: string; readonly charset: string | null; readonly boundary: string | null }

const NONE: MediaType = { essence: '', charset: null, boundary: null }

/** Reads a `Content-Type` as browsers do (WHATWG MIME Sniffing, section 4.4); one that is none says nothing. */
export function readMediaType(header: string): MediaType {
  try {
    const { essence, params } = new MIMEType(header)
    return { essence, charset: params.get('charset'), boundary: params.get('boundary') }
  } catch {
    return NONE
  }
}

/** `application/json`, `text/json`, and all that end in `+json`. */
export function isJson({ essence }: MediaType): boolean {
  return /^[^/]+\/(json|[^/]+\+json)$/.test(essence)
}

/** The media type of plain forms. */
export const FORM = 'application/x-www-form-urlencoded'

/** The media type of forms with files. */
export const MULTIPART = 'multipart/form-data'

/** Whether the type is one of text, whose first bytes may be a byte order mark; of a picture they are just bytes. */
export function isTextType(type: MediaType): boolean {
  const { essence } = type
  if (essence === '' || type.charset !== null || isJson(type) || essence === FORM) return true
  return /^text\/|[/+]xml$|\/(javascript|ecmascript|x-ndjson|yaml|csv)$/.test(essence)
}
