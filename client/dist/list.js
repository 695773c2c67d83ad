/** A list: `for await` goes through all of it, page by page; `page` gets one. */
export class List {
    #transport;
    #path;
    #query;
    constructor(transport, path, query = {}) {
        this.#transport = transport;
        this.#path = path;
        this.#query = query;
    }
    /** The page at a cursor, or the first. */
    page(cursor, options = {}) {
        return this.#transport.json('GET', this.#path, { query: { ...this.#query, cursor }, ...options });
    }
    async *[Symbol.asyncIterator]() {
        let cursor;
        do {
            const page = await this.page(cursor);
            yield* page.data;
            cursor = page.next_cursor;
        } while (cursor !== null);
    }
}
