import { buildConnector } from 'undici'
import { judgeHost } from './addresses.ts'
import { toOutboundError } from './failures.ts'
import { guardedLookup } from './names/guardedLookup.ts'
import type { Resolve } from './names/resolve.ts'

/** To which addresses connections may be made, and how names are resolved. */
export type ConnectorOptions = {
  readonly allowPrivate: boolean
  readonly resolve: Resolve
  /** In milliseconds, for resolving and connecting together. */
  readonly timeout: number
}

/** Makes connections to public addresses only. A literal address never reaches `lookup`, hence the check in front. */
export function guardedConnector({ allowPrivate, resolve, timeout }: ConnectorOptions): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, timeout, lookup: guardedLookup(resolve, allowPrivate) })
  return (target, callback) => {
    try {
      if (!allowPrivate) judgeHost(target.hostname)
      connect(target, callback)
    } catch (error) {
      queueMicrotask(() => callback(toOutboundError(error), null))
    }
  }
}
