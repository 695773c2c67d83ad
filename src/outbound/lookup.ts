import { promises as dns, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.ts'
import { AddressRefused } from './errors.ts'

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/** As the machine resolves names, its hosts file included. */
export const resolveBySystem: Resolve = (hostname) => dns.lookup(hostname, { all: true })

/**
 * A `lookup` for sockets: resolves once, demands that every answer is public, and hands on exactly the answers that
 * were judged. What a name says a moment later makes no difference to the connection.
 */
export function guardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    judge(resolve, hostname, allowPrivate).then(
      (answers) => {
        const [first] = answers
        if (options.all) callback(null, answers)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    )
  }
}

async function judge(
  resolve: Resolve,
  hostname: string,
  allowPrivate: boolean,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const [first, ...others] = await resolve(hostname)
  if (first === undefined) throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' })
  const answers: [LookupAddress, ...LookupAddress[]] = [first, ...others]
  if (allowPrivate || answers.every(({ address }) => isPublicAddress(address))) return answers
  throw new AddressRefused(hostname)
}
