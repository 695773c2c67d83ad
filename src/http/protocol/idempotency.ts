import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { headerOnce } from './headers.ts'

/** The header of what may be repeated. */
export const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: '1 to 255 visible ASCII characters; kept for 24 hours.' }),
  ),
})

/** The key of a request; null: it has none. */
export function idempotencyKeyOf(request: FastifyRequest): string | null {
  return headerOnce(request, 'idempotency-key')
}

/** Says of an answer that it is that of an earlier request. */
export function tellReplayed(reply: FastifyReply, replayed: boolean): FastifyReply {
  return replayed ? reply.header('idempotency-replayed', 'true') : reply
}
