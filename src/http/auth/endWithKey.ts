import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpDeps } from '../deps.ts'

/** Cuts an answer off that is still being given when the key that asked for it is no longer good, or its token runs out. */
export function endWithKey(
  { caller }: FastifyRequest,
  { raw }: FastifyReply,
  { revocations, executor }: Pick<HttpDeps, 'revocations' | 'executor'>,
): void {
  if (caller === null) return
  const end = (): void => void raw.destroy()
  const leave = revocations.watch(caller.keyId, end)
  const timer = caller.until === null ? undefined : setTimeout(end, Math.max(0, caller.until - executor.now()))
  raw.once('close', () => {
    leave()
    clearTimeout(timer)
  })
}
