export type ClientOptions = {
    /** Where the service is, with the path that a proxy puts before `/v1`: `https://jobs.example.com`. */
    readonly baseUrl: string;
    /** `cdt_…`; left out where the service has no keys, or a cookie says who asks. */
    readonly key?: string | undefined;
    /** Sent with every request. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Tries after the first that failed for reasons that pass (default 4). */
    readonly retries?: number;
    /** In place of the global one. */
    readonly fetch?: typeof fetch;
};
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type QueryValue = string | number | boolean | readonly string[] | null | undefined;
export type RequestOptions = {
    /** Lists are joined by commas; what is null or undefined is left out. */
    readonly query?: Readonly<Record<string, QueryValue>> | undefined;
    /** Sent as JSON. */
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    /** Makes a POST safe to repeat; `true` makes one up. Without it a POST is tried once. */
    readonly idempotencyKey?: string | true;
    /** A POST that may be sent twice without a key: it only asks, or asking twice is asking once. */
    readonly repeatable?: true;
    readonly signal?: AbortSignal | undefined;
};
/** Sends requests, again where that is safe and of use. */
export declare class Transport {
    #private;
    constructor(options: ClientOptions);
    /** The JSON of the answer; undefined where it has no body. @throws ConduitProblem */
    json<T>(method: Method, path: string, options?: RequestOptions): Promise<T>;
    /** An answer below 300. @throws ConduitProblem for any other, or what `fetch` threw at the last try */
    send(method: Method, path: string, options?: RequestOptions): Promise<Response>;
    /** The address of a path, which begins with `/`. */
    url(path: string, query?: RequestOptions['query']): string;
}
export {};
