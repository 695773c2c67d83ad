import type { Delivery } from '@conduit-jobs/client'
import { useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'

/** So many of the newest deliveries are looked at. */
export const LOOKED_AT = 50

export function useWebhooks() {
  const may = useMay()
  return useQuery({
    enabled: may('webhooks'),
    queryKey: ['webhooks'],
    queryFn: () => Array.fromAsync(service.webhooks.list()),
    refetchInterval: 15_000,
  })
}

/** The newest deliveries to an endpoint. */
export function deliveriesOf(id: string) {
  return {
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: () => service.webhooks.deliveries(id, { limit: LOOKED_AT }).page(),
  }
}

export type Health = { readonly delivered: number; readonly failed: number; readonly of: number }

/** How the newest deliveries went; one that is tried again counts as failed until it arrives. */
export function healthOf(deliveries: readonly Delivery[]): Health {
  const failed = deliveries.filter(
    ({ state, attempts }) => state === 'failed' || (state === 'pending' && attempts.length > 0),
  ).length
  const delivered = deliveries.filter(({ state }) => state === 'delivered').length
  return { delivered, failed, of: deliveries.length }
}

/** What the last attempt to deliver that failed was answered, and when; null: none failed. */
export function lastFailure(deliveries: readonly Delivery[]): { at: string; said: string } | null {
  const failures = deliveries.flatMap(({ state, attempts }) => (state === 'delivered' ? [] : attempts.slice(-1)))
  const last = failures.sort((one, other) => other.at.localeCompare(one.at))[0]
  if (last === undefined) return null
  return { at: last.at, said: [last.status_code, last.error].filter((part) => part !== null).join(' ') }
}
