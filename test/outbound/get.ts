import type { OutboundRequest } from '../../src/outbound/dispatcher.ts'

/** A plain request with time and room enough. */
export function get(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return { tenant: 'default', method: 'GET', url, timeoutMs: 5000, maxBytes: 1024, ...more }
}
