import { backoff, isAborted, pause } from './pause.js';
import { problemOf, retryAfterMs } from './problem.js';
/**
 * What passes by itself: a request that did not arrive in time, too many of them, a proxy without a service behind it, a
 * service without its database.
 */
const PASSING = new Set([408, 429, 502, 503, 504]);
/** A server that asks for more patience than this gets its refusal told instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/** Sends requests, again where that is safe and of use. */
export class Transport {
    #base;
    #options;
    constructor(options) {
        this.#base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
        this.#options = options;
    }
    /** The JSON of the answer; undefined where it has no body. @throws ConduitProblem */
    async json(method, path, options = {}) {
        const response = await this.send(method, path, options);
        const isEmpty = response.status === 204 || response.headers.get('content-length') === '0';
        return (isEmpty ? undefined : await response.json());
    }
    /** An answer below 300. @throws ConduitProblem for any other, or what `fetch` threw at the last try */
    async send(method, path, options = {}) {
        const { retries = 4, fetch = globalThis.fetch } = this.#options;
        const url = this.url(path, options.query);
        const init = this.#init(method, options);
        const isRepeatable = method !== 'POST' || options.idempotencyKey !== undefined || options.repeatable === true;
        for (let failures = 0;; failures++) {
            const isLast = !isRepeatable || failures >= retries || isAborted(options.signal);
            const response = await fetch(url, init).catch((error) => {
                if (isLast || isAborted(options.signal))
                    throw error;
                return null;
            });
            if (response?.ok === true)
                return response;
            const asked = response === null ? null : retryAfterMs(response.headers);
            const isOver = isLast || (asked ?? 0) > LONGEST_RETRY_AFTER_MS;
            if (response !== null && (isOver || !PASSING.has(response.status)))
                throw await problemOf(response);
            await response?.body?.cancel();
            await pause(asked ?? backoff(failures), options.signal);
        }
    }
    /** The address of a path, which begins with `/`. */
    url(path, query = {}) {
        const url = new URL(path.slice(1), this.#base);
        for (const [name, value] of Object.entries(query)) {
            if (value !== null && value !== undefined)
                url.searchParams.set(name, String(value));
        }
        return url.href;
    }
    #init(method, { body, headers, idempotencyKey, signal }) {
        const all = new Headers({ accept: 'application/json', ...this.#options.headers, ...headers });
        if (this.#options.key !== undefined)
            all.set('authorization', `Bearer ${this.#options.key}`);
        if (idempotencyKey !== undefined)
            all.set('idempotency-key', idempotencyKey === true ? unique() : idempotencyKey);
        if (body !== undefined)
            all.set('content-type', 'application/json');
        return {
            method,
            headers: all,
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            ...(signal === undefined ? {} : { signal }),
        };
    }
}
/** 128 random bits as text. `crypto.randomUUID` is missing in pages over plain HTTP. */
function unique() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
