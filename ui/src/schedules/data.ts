import { ConduitProblem } from '@conduit-jobs/client'
import { useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'

export type Schedule = {
  readonly name: string
  readonly cron?: string | null
  readonly every?: string | null
  readonly timezone: string
  readonly overlap: string
  readonly catch_up: string
  readonly enabled: boolean
  readonly next_run_at: string | null
  readonly last_job_id: string | null
  readonly upcoming?: readonly string[]
  readonly stopped_reason?: string | null
  readonly last_skipped_at?: string | null
  readonly skipped_total?: number
  readonly job: { readonly definition?: string; readonly name?: string | null }
}

/** All schedules; null where the service has none of that. */
export function useSchedules() {
  const may = useMay()
  return useQuery({
    enabled: may('schedules:read'),
    queryKey: ['schedules'],
    queryFn: async (): Promise<readonly Schedule[] | null> => {
      try {
        const { data } = await service.request<{ data: readonly Schedule[] }>('GET', '/v1/schedules', {
          query: { limit: 200 },
        })
        return data
      } catch (error) {
        if (error instanceof ConduitProblem && error.status === 404) return null
        throw error
      }
    },
    refetchInterval: 15_000,
  })
}
