import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { AddressRefused, InvalidUrl } from './errors.ts'

const MAX_URL_LENGTH = 2048

/** Where Azure answers its machines. It looks like any public address. */
const AZURE_WIRE_SERVER = '168.63.129.16'

/**
 * Whether an address, as a resolver or a URL gives it, belongs to the public internet: IPv4 that is nobody's special
 * range, IPv6 inside 2000::/3 that wraps no IPv4 (6to4, Teredo) and is kept for no use of its own.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  if (parsed.kind() === 'ipv4') return address !== AZURE_WIRE_SERVER
  // ipaddr.js takes the IPv4-compatible ::127.0.0.1, and all that nobody assigned, for unicast.
  const [first = 0] = parsed.toByteArray()
  return first >> 5 === 0b001
}

/**
 * Throws `AddressRefused` for a host that is refused as it is written: an address that is not public, or a name that
 * always means this machine. Other names pass; they are judged when they are resolved.
 */
export function judgeHost(hostname: string): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const refused = isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host)
  if (refused) throw new AddressRefused(hostname)
}

function isLocalName(name: string): boolean {
  const labels = name
    .toLowerCase()
    .split('.')
    .filter((label) => label !== '')
  return labels.length === 0 || labels.at(-1) === 'localhost'
}

/**
 * Judges a URL that somebody wants requested: http or https, no credentials, at most 2,048 characters, a host that
 * `judgeHost` lets pass unless `allowPrivate`. Throws `InvalidUrl` or `AddressRefused`. Parsing it brings every
 * spelling of an address (decimal, octal, hex, short, full-width) into one form first.
 */
export function judgeUrl(text: string, { allowPrivate }: { readonly allowPrivate: boolean }): URL {
  if (text.length > MAX_URL_LENGTH) throw new InvalidUrl(`the URL is longer than ${MAX_URL_LENGTH} characters`)
  if (hasControls(text)) throw new InvalidUrl('the URL holds a control character')
  const url = URL.parse(text)
  if (url === null) throw new InvalidUrl('the URL must be an absolute http or https URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new InvalidUrl('the URL must begin with http:// or https://')
  if (url.username !== '' || url.password !== '')
    throw new InvalidUrl('the URL must not hold credentials; send a header')
  if (!allowPrivate) judgeHost(url.hostname)
  return url
}

/** A parser of URLs drops line ends and tabs in silence. */
function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit === 0x7f) return true
  }
  return false
}
