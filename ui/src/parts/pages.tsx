import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { texts } from '../texts.ts'

type Page<Row> = { readonly data: readonly Row[]; readonly next_cursor: string | null }

/** A list as far as it was read; `more` reads on, null: that is all. */
export type Pages<Row> = {
  /** Undefined until the first page is there. */
  readonly rows: readonly Row[] | undefined
  readonly error: Error | null
  readonly more: (() => void) | null
}

/** A list of the service, read page by page. */
export function usePages<Row>(
  queryKey: QueryKey,
  read: (cursor: string | null) => Promise<Page<Row>>,
  options: { readonly refetchInterval?: number } = {},
): Pages<Row> {
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor: cursor }) => cursor,
    ...options,
  })
  return {
    rows: data?.pages.flatMap((page) => page.data),
    error,
    more: hasNextPage ? () => void fetchNextPage() : null,
  }
}

/** The way to what a list has beyond what is shown. */
export function More({ more }: Pick<Pages<unknown>, 'more'>) {
  if (more === null) return null
  return (
    <button type="button" className="button" onClick={more}>
      {texts.more}
    </button>
  )
}
