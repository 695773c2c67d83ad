import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { service } from '../service.ts'
import type { JobRow } from '../wire.ts'
import { jobFilters, type SetFilter } from './filters.ts'

const PAGE = 50
/** Between two looks for new jobs. */
const NEWEST_AFTER_MS = 4_000
/** Of so many rows that are not over and no longer among the newest it is asked what became of them. */
const FOLLOWED = 20

export type Rows = ReturnType<typeof useRows>

/** The rows that fit; new ones are counted, not pushed in, so that nothing jumps under the hand. */
export function useRows(set: readonly SetFilter[], isOldestFirst: boolean) {
  const key = JSON.stringify([set, isOldestFirst])
  const order = isOldestFirst ? { order: 'created_at' as const } : {}
  const list = service.jobs.list({ ...jobFilters(set), ...order, limit: PAGE })
  const pages = useInfiniteQuery({
    queryKey: ['jobs', 'rows', key],
    queryFn: ({ pageParam }) => list.page(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: cursor }) => cursor,
    staleTime: 60_000,
  })
  const newest = useQuery({
    queryKey: ['jobs', 'newest', key],
    queryFn: () => list.page(),
    // What was just read is not asked for again.
    enabled: pages.isSuccess,
    initialData: pages.data?.pages[0],
    initialDataUpdatedAt: pages.dataUpdatedAt,
    staleTime: NEWEST_AFTER_MS,
    refetchInterval: NEWEST_AFTER_MS,
  })
  const fresh = new Map((newest.data?.data ?? []).map((row) => [row.id, row as JobRow]))
  const read = (pages.data?.pages ?? []).flatMap(({ data }) => data as readonly JobRow[])
  // Where nothing is shown nothing can jump.
  const rows = read.length === 0 && pages.isSuccess ? [...fresh.values()] : read
  const shown = new Set(rows.map(({ id }) => id))
  const unseen = newest.isSuccess ? rows.filter(({ finished_at: end, id }) => end === null && !fresh.has(id)) : []
  const followed = useFollowed(unseen)
  return {
    // What changed in rows that are shown is shown where they stand.
    rows: rows.map((row) => fresh.get(row.id) ?? followed.get(row.id) ?? row),
    fresh: pages.isSuccess
      ? [...fresh.values()].filter(
          (row) => !shown.has(row.id) && !(pages.hasNextPage && isBehind(row, rows.at(-1), isOldestFirst)),
        )
      : [],
    /** Whether what became of the rows, and new ones, can be told. */
    isLive: newest.error === null,
    isPending: pages.isPending,
    error: pages.error,
    hasMore: pages.hasNextPage,
    isFetchingMore: pages.isFetchingNextPage,
    more: () => void pages.fetchNextPage(),
    refresh: () => Promise.all([pages.refetch(), newest.refetch()]),
  }
}

/** Whether a row comes after the last that is shown: where rows left the list, what moves up from the next page is not new. */
function isBehind(row: JobRow, last: JobRow | undefined, isOldestFirst: boolean): boolean {
  if (last === undefined) return false
  const [first, second] = isOldestFirst ? [last, row] : [row, last]
  return first.created_at < second.created_at || (first.created_at === second.created_at && first.id < second.id)
}

/** What became of rows that the newest no longer tell of: older ones, and those that no longer fit the filters. */
function useFollowed(rows: readonly JobRow[]): ReadonlyMap<string, JobRow> {
  const answers = useQueries({
    queries: rows.slice(0, FOLLOWED).map(({ id }) => ({
      queryKey: ['jobs', 'row', id],
      queryFn: async () => (await service.jobs.get(id, { steps: false })) as JobRow,
      refetchInterval: 8_000,
      // It was deleted: its row stands until the list is read again.
      retry: false,
    })),
  })
  return new Map(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])))
}
