import { buildConnector } from 'undici'
import { judgeHost } from './addresses.ts'
import { BROKEN_OFF, toOutboundError } from './failures.ts'
import { skipInterimAnswers } from './interimAnswers.ts'
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
      connect(target, (...made) => {
        if (made[0] === null) {
          made[1].prependListener('error', tellReset)
          skipInterimAnswers(made[1])
        }
        callback(...made)
      })
    } catch (error) {
      queueMicrotask(() => callback(toOutboundError(error), null))
    }
  }
}

/** undici takes a reset for the end of a body that has no length. It is none: what broke off must not look whole. */
function tellReset(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = BROKEN_OFF
}
