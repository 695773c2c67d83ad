import type { LookupAddress } from 'node:dns'

/** All addresses of a name. Rejects with a code of node:dns where there is none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/** A name that has no address, with the code that node:dns has for it. */
export function notFound(hostname: string): Error {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' })
}
