import { isIP } from 'node:net'

/** A host as it is written in settings: IPv6 addresses with or without brackets. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

/** The host of a `Host` header or an origin, in small letters and without port, brackets and last dot; null: it is none. */
export function hostnameOf(authority: string): string | null {
  const isAddress = isIP(bareHost(authority)) === 6
  const host = isAddress ? `[${bareHost(authority)}]` : authority
  const url = URL.parse(authority.includes('://') ? authority : `http://${host}`)
  return url === null || url.hostname === '' ? null : bareHost(url.hostname).replace(/\.$/, '')
}

/** Whether a host leads to this machine alone. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  )
}

/** Whether listening there means listening at every address of this machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
