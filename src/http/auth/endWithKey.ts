import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Revocations } from '../../access/revocations.ts'

/** Cuts an answer off that is still being given when the key that asked for it is revoked. */
export function endWithKey({ caller }: FastifyRequest, { raw }: FastifyReply, revocations: Revocations): void {
  if (caller === null) return
  const leave = revocations.watch(caller.keyId, () => raw.destroy())
  raw.once('close', leave)
}
