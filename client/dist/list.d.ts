import type { RequestOptions, Transport } from './transport.ts';
/** One page of a list. `next_cursor` null is the end; a page may be shorter than asked for. */
export type Page<T> = {
    readonly data: readonly T[];
    readonly next_cursor: string | null;
};
/** A list: `for await` goes through all of it, page by page; `page` gets one. */
export declare class List<T> implements AsyncIterable<T> {
    #private;
    constructor(transport: Transport, path: string, query?: RequestOptions['query']);
    /** The page at a cursor, or the first. */
    page(cursor?: string | null, options?: {
        readonly signal?: AbortSignal;
    }): Promise<Page<T>>;
    [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined>;
}
