import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'
import type { JobRow } from '../wire.ts'
import { jobFilters, type SetFilter } from './filters.ts'

const PAGE = 50
/** How many of the newest rows are looked at for what is new. */
const NEWEST = 20

export type Rows = ReturnType<typeof useRows>

/** The rows that fit; new ones are counted, not pushed in, so that nothing jumps under the hand. */
export function useRows(set: readonly SetFilter[]) {
  const key = JSON.stringify(set)
  const list = service.jobs.list({ ...jobFilters(set), limit: PAGE })
  const pages = useInfiniteQuery({
    queryKey: ['jobs', 'rows', key],
    queryFn: ({ pageParam }) => list.page(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: cursor }) => cursor,
    staleTime: 60_000,
  })
  const newest = useQuery({
    queryKey: ['jobs', 'newest', key],
    queryFn: () => service.jobs.list({ ...jobFilters(set), limit: NEWEST }).page(),
    refetchInterval: 4_000,
  })
  const fresh = new Map((newest.data?.data ?? []).map((row) => [row.id, row as JobRow]))
  const rows = (pages.data?.pages ?? []).flatMap(({ data }) => data as readonly JobRow[])
  const shown = new Set(rows.map(({ id }) => id))
  return {
    // What changed in rows that are shown is shown where they stand.
    rows: rows.map((row) => fresh.get(row.id) ?? row),
    count: pages.isSuccess ? [...fresh.keys()].filter((id) => !shown.has(id)).length : 0,
    isPending: pages.isPending,
    error: pages.error,
    hasMore: pages.hasNextPage,
    isFetchingMore: pages.isFetchingNextPage,
    more: () => void pages.fetchNextPage(),
    refresh: () => Promise.all([pages.refetch(), newest.refetch()]),
  }
}
