import type { FastifyRequest } from 'fastify'

/** A header's value; null without it. Node joins those that are given more than once. */
export function headerOnce({ headers }: FastifyRequest, name: string): string | null {
  const value = headers[name]
  return value === undefined ? null : String(value)
}
