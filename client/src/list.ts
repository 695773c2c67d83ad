import type { RequestOptions, Transport } from './transport.ts'

/** One page of a list. `next_cursor` null is the end; a page may be shorter than asked for. */
export type Page<T> = { readonly data: readonly T[]; readonly next_cursor: string | null }

/** A list: `for await` goes through all of it, page by page; `page` gets one. */
export class List<T> implements AsyncIterable<T> {
  readonly #transport: Transport
  readonly #path: string
  readonly #query: RequestOptions['query']

  constructor(transport: Transport, path: string, query: RequestOptions['query'] = {}) {
    this.#transport = transport
    this.#path = path
    this.#query = query
  }

  /** The page at a cursor, or the first. */
  page(cursor?: string | null, options: { readonly signal?: AbortSignal } = {}): Promise<Page<T>> {
    return this.#transport.json('GET', this.#path, { query: { ...this.#query, cursor }, ...options })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    let cursor: string | null | undefined
    do {
      const page: Page<T> = await this.page(cursor)
      yield* page.data
      cursor = page.next_cursor
    } while (cursor !== null)
  }
}
