import type { components } from './generated/schema.ts';
type Fields = components['schemas']['Problem'];
/** A field of a request that does not fit: where (a JSON pointer, RFC 6901) and why. */
export type FieldError = components['schemas']['FieldError'];
/**
 * The service said no: an answer of 400 or above, with the fields of its problem (RFC 9457). `slug` is the name to
 * compare: `not-found`, `job-finished`, `invalid-definition` …
 */
export declare class ConduitProblem extends Error {
    readonly name = "ConduitProblem";
    /** `/problems/SLUG`. */
    readonly type: string;
    readonly slug: string;
    readonly title: string;
    /** Of the HTTP answer. */
    readonly status: number;
    readonly detail: string;
    /** The request's id, to be found in the service's log; null where something else than the service answered. */
    readonly instance: string | null;
    /** The fields that do not fit; empty where it is not about fields. */
    readonly errors: readonly FieldError[];
    /** For how long to wait before the next try, in milliseconds; null where the answer does not say. */
    readonly retryAfterMs: number | null;
    constructor(status: number, fields: Partial<Fields>, retryAfterMs?: number | null);
}
/** Reads the problem that an answer brings. A proxy's page is one too, with its status alone. */
export declare function problemOf(response: Response): Promise<ConduitProblem>;
/** `Retry-After` in milliseconds (RFC 9110, section 10.2.3: seconds or a date); null without one. */
export declare function retryAfterMs(headers: Headers): number | null;
export {};
