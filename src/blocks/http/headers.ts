import { InvalidArgument } from '../../engine/errors.ts'
import { setOwn } from '../../engine/values/json.ts'

/** Set by the service, or about the connection and not the request. */
const REFUSED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** A user's headers, names in lower case. Throws `InvalidArgument` for one that can't or must not be sent. */
export function headersToSend(headers: Readonly<Record<string, string>>): Map<string, string> {
  const sent = new Map<string, string>()
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase()
    const shown = JSON.stringify(given.slice(0, 100))
    if (!NAME.test(name)) throw new InvalidArgument(`${shown} is no name of a header`)
    if (REFUSED.has(name)) throw new InvalidArgument(`the header ${shown} can't be set; the service does`)
    if (!VALUE.test(value)) throw new InvalidArgument(`the header ${shown} may hold Latin-1 text on one line only`)
    if (sent.has(name)) throw new InvalidArgument(`the header ${shown} is given twice`)
    sent.set(name, value)
  }
  return sent
}

/** An answer's headers as text: repeated ones joined by a comma, cookies, which may hold commas, by a line end. */
export function headersReceived(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const received: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    setOwn(received, name, typeof value === 'string' ? value : value.join(name === 'set-cookie' ? '\n' : ', '))
  }
  return received
}
