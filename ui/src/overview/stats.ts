import { ConduitProblem } from '@conduit-jobs/client'
import { useQuery } from '@tanstack/react-query'
import { present } from '../parts/now.ts'
import { number } from '../parts/format.ts'
import { service } from '../service.ts'

const HOUR_MS = 3_600_000
/** What was asked some seconds ago is no later moment. */
const SLACK_MS = 120_000

export type Minute = { readonly at: string; readonly finished: number; readonly failed: number }
export type Failures = { readonly action: string; readonly type: string | null; readonly count: number }
export type Replica = { readonly id: string; readonly [fact: string]: unknown }

/** What `GET /v1/stats` tells; a service of another version may leave some of it out. */
export type Stats = {
  readonly since: string
  readonly states: Readonly<Record<string, number>>
  readonly open?: Readonly<Record<string, number>>
  readonly definitions: readonly { readonly name: string; readonly total: number; readonly failed: number }[]
  readonly failures: readonly Failures[]
  readonly oldest_queued_at: string | null
  readonly finished_per_minute: number
  readonly minutes?: readonly Minute[]
  readonly actions?: readonly { action: string; count: number; p50_ms: number; p95_ms: number }[]
  readonly waiting?: Readonly<Record<string, number>>
  readonly replicas?: readonly Replica[]
}

/** Of each state so many jobs are counted at most. */
const COUNTED = 20_000

/** A number of jobs as it was counted: `20,000+` where there may be more. */
export function counted(jobs: number): string {
  return jobs >= COUNTED ? `${number(COUNTED)}+` : number(jobs)
}

/** Whether there were more jobs in so many hours than are counted. */
export function isCut({ since }: Stats, hours: number): boolean {
  return Date.parse(since) > present() - hours * HOUR_MS + SLACK_MS
}

/** The numbers since so many hours ago; null where the service has none. */
export function useStats(hours: number) {
  return useQuery({
    queryKey: ['stats', hours],
    queryFn: async ({ signal }): Promise<Stats | null> => {
      const since = new Date(Math.floor(present() / 60_000) * 60_000 - hours * HOUR_MS).toISOString()
      try {
        return await service.request('GET', '/v1/stats', { query: { since }, signal })
      } catch (error) {
        if (error instanceof ConduitProblem && error.status === 404) return null
        throw error
      }
    },
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  })
}
