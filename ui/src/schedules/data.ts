import { ConduitProblem } from '@conduit-jobs/client'
import { useQuery } from '@tanstack/react-query'
import { present } from '../parts/now.ts'
import { type Pages, usePages } from '../parts/pages.tsx'
import { service } from '../service.ts'
import { useMay } from '../shell/session.tsx'

export type Schedule = {
  readonly name: string
  readonly cron?: string | null
  readonly every?: string | number | null
  readonly timezone: string
  readonly overlap: string
  readonly catch_up: string
  readonly enabled: boolean
  readonly start_at?: string | null
  readonly end_at?: string | null
  readonly next_run_at: string | null
  readonly last_job_id: string | null
  readonly upcoming?: readonly string[]
  readonly stopped_reason?: string | null
  readonly last_error?: string | null
  readonly last_skipped_at?: string | null
  readonly skipped_total?: number
  readonly job: Readonly<Record<string, unknown>> & { readonly definition?: string; readonly name?: string | null }
}

/** So long after its moment a firing is late. */
const LATE_MS = 10_000

/** Whether it fires when it should. */
export function stateOf({
  enabled,
  stopped_reason: stopped,
  next_run_at: next,
}: Schedule): 'on' | 'late' | 'stopped' | 'paused' {
  if (!enabled) return 'paused'
  if (typeof stopped === 'string') return 'stopped'
  return next !== null && Date.parse(next) < present() - LATE_MS ? 'late' : 'on'
}

type SchedulePage = { readonly data: readonly Schedule[]; readonly next_cursor: string | null }
/** How often it is looked whether something fired. */
const AGAIN_MS = 15_000

/** All schedules, page by page; or the one of a name. */
export function useSchedulePages(name: string | null): Pages<Schedule> {
  return usePages(
    ['schedules', 'pages', name],
    (cursor) => (name === null ? service.request('GET', '/v1/schedules', { query: { cursor } }) : pageOfOne(name)),
    { refetchInterval: AGAIN_MS },
  )
}

async function pageOfOne(name: string): Promise<SchedulePage> {
  const schedule = await service.request<Schedule>('GET', `/v1/schedules/${encodeURIComponent(name)}`)
  return { data: [schedule], next_cursor: null }
}

/** So many are looked through where all are asked about: five pages, every time. */
const LOOKED_THROUGH = 1000
const PAGE = 200

/** Schedules by their names; `isAll`: there are no others. */
export type FirstSchedules = { readonly first: readonly Schedule[]; readonly isAll: boolean }

/** The first thousand schedules; null where the service has none of that. */
export function useSchedules() {
  const may = useMay()
  return useQuery({
    enabled: may('schedules:read'),
    queryKey: ['schedules'],
    queryFn: async (): Promise<FirstSchedules | null> => {
      try {
        return await readFirst()
      } catch (error) {
        if (error instanceof ConduitProblem && error.status === 404) return null
        throw error
      }
    },
    refetchInterval: AGAIN_MS,
  })
}

async function readFirst(): Promise<FirstSchedules> {
  const first: Schedule[] = []
  let cursor: string | null = null
  do {
    const page: SchedulePage = await service.request('GET', '/v1/schedules', { query: { limit: PAGE, cursor } })
    first.push(...page.data)
    cursor = page.next_cursor
  } while (cursor !== null && first.length < LOOKED_THROUGH)
  return { first, isAll: cursor === null }
}
