import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpDeps } from '../deps.ts'

/** Cuts an answer off that is still being given when the key that asked for it is no longer good, or its token runs out. */
export function endWithKey(
  { caller }: FastifyRequest,
  { raw }: FastifyReply,
  { revocations, now }: Pick<HttpDeps, 'revocations' | 'now'>,
): void {
  const { key, until } = caller
  if (key === null && until === null) return
  const end = (): void => void raw.destroy()
  const leave = key === null ? undefined : revocations.watch(key, end)
  const timer = until === null ? undefined : setTimeout(end, Math.max(0, until - now()))
  raw.once('close', () => {
    leave?.()
    clearTimeout(timer)
  })
}
