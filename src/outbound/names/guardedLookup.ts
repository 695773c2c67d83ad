import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../addresses.ts'
import { AddressRefused } from '../errors.ts'
import { notFound, type Resolve } from './resolve.ts'

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
  if (first === undefined) throw notFound(hostname)
  const answers: [LookupAddress, ...LookupAddress[]] = [first, ...others]
  if (allowPrivate || answers.every(({ address }) => isPublicAddress(address))) return answers
  throw new AddressRefused(hostname)
}
