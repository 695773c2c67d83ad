import { isIPv6 } from 'node:net'

/** Where something may be sent: a host, or all names below one; with a port only there. */
export type HostPattern = { readonly host: string; readonly isBelow: boolean; readonly port: string | null }

/** Reads `api.example.com`, `*.example.com`, an address, each with a port or without; null for what is none of these. */
export function readHostPattern(text: string): HostPattern | null {
  const isBelow = text.startsWith('*.')
  const rest = isBelow ? text.slice(2) : text
  // What a URL would read as something else than a host is none.
  if (rest === '' || /[\s/\\?#@*%]/.test(rest)) return null
  const url = URL.parse(`http://${isIPv6(rest) ? `[${rest}]` : rest}`)
  if (url === null || url.hostname === '') return null
  if (isBelow && (url.hostname.startsWith('[') || /^[\d.]+$/.test(url.hostname))) return null
  return { host: hostOf(url), isBelow, port: /:\d+$/.test(rest) && !isIPv6(rest) ? portOf(rest, url) : null }
}

/** Whether a request to this URL goes to one of the places. The URL is read as the one who sends it reads it. */
export function goesTo(url: URL, patterns: readonly string[]): boolean {
  const host = hostOf(url)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return patterns.map(readHostPattern).some((pattern) => {
    if (pattern === null || (pattern.port !== null && pattern.port !== port)) return false
    return pattern.isBelow ? host.endsWith(`.${pattern.host}`) : host === pattern.host
  })
}

/** A dot at the end names the same host. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.$/, '')
}

/** The port as it is written: a URL leaves out the one that is usual. */
function portOf(text: string, { port }: URL): string {
  return port === '' ? String(Number(text.slice(text.lastIndexOf(':') + 1))) : port
}
