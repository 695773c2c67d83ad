import { type EventOptions } from '../events.ts';
import { List } from '../list.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type { Delivery, Job, JobEvent, JobInput, JobSummary, JobToken, RerunInput, Step, Validation } from '../types.ts';
import { type Labels } from './labels.ts';
/** Any of several, or one. */
type Any = string | readonly string[];
/** All given must hold. Moments are RFC 3339 and exclusive. */
export type JobFilters = {
    readonly state?: Any | undefined;
    readonly name?: string | undefined;
    readonly id_prefix?: string | undefined;
    readonly tag?: Any | undefined;
    readonly metadata?: Labels | undefined;
    readonly definition?: Any | undefined;
    readonly schedule?: Any | undefined;
    readonly action_failed?: Any | undefined;
    readonly error_type?: Any | undefined;
    readonly parent?: Any | undefined;
    readonly created_by?: Any | undefined;
    readonly created_after?: string | undefined;
    readonly created_before?: string | undefined;
    readonly finished_after?: string | undefined;
    readonly finished_before?: string | undefined;
    readonly order?: 'created_at' | '-created_at' | undefined;
    /** Rows a page, 1 to 200. */
    readonly limit?: number | undefined;
};
export type SubmitOptions = {
    /** Seconds to wait for its end, or `true`: as long as it takes. Left out, the job comes as it was accepted. */
    readonly wait?: number | boolean;
    /** A repeat with the same key is answered for the first one's job. Left out, each call makes one for its own retries. */
    readonly idempotencyKey?: string;
    readonly signal?: AbortSignal;
};
export type WaitOptions = {
    /** Seconds (default: none). */
    readonly timeout?: number;
    readonly signal?: AbortSignal;
};
type Reading = Pick<RequestOptions, 'signal'>;
/** What can be done with jobs. */
export declare class Jobs {
    #private;
    constructor(transport: Transport);
    /** Posts a definition. The job is durable when this answers; a retry of a lost answer makes no second one. */
    submit(definition: JobInput, { wait, idempotencyKey, signal }?: SubmitOptions): Promise<Job>;
    /** The job when it is over. @throws DOMException `TimeoutError` when the time is up */
    wait(id: string, { timeout, signal }?: WaitOptions): Promise<Job>;
    /** A job; `steps: false` leaves its steps out. */
    get(id: string, { steps, signal }?: Reading & {
        readonly steps?: boolean;
    }): Promise<Job>;
    /** Newest first, without values: `for await (const job of jobs.list({ state: 'failed' }))`. */
    list({ metadata, ...filters }?: JobFilters): List<JobSummary>;
    /** What happens to a job, from its first event on; ends after `job.finished` and resumes by itself. */
    events(id: string, options?: EventOptions): AsyncGenerator<JobEvent, void, undefined>;
    /** Its own steps; `parent`: those right below that step, or all for `*`. */
    steps(id: string, { parent, limit }?: {
        readonly parent?: string;
        readonly limit?: number;
    }): List<Step>;
    step(id: string, stepPath: string, options?: Reading): Promise<Step>;
    /** Ends a job that is not over; asking twice is asking once. */
    cancel(id: string): Promise<Job>;
    /** Deletes a job that is over. */
    delete(id: string): Promise<void>;
    /** Runs a job that is over again, as a new one: whole, or `from` a step (`failed`: the one that failed). */
    rerun(id: string, input?: RerunInput, { idempotencyKey }?: {
        readonly idempotencyKey?: string;
    }): Promise<Job>;
    /** Gives a step that waits for it a signal; one that comes early is kept. */
    signal(id: string, name: string, body?: unknown): Promise<{
        name: string;
        pending: number;
    }>;
    /** The definition as it was posted, without the secrets of its callbacks. */
    definition(id: string): Promise<JobInput>;
    /** The checks that need no run; nothing is stored. */
    validate(definition: unknown, options?: Reading): Promise<Validation>;
    /** A token that reads this one job; `expires_in` in seconds. */
    createToken(id: string, input?: {
        readonly expires_in?: number;
    }): Promise<JobToken>;
    /** Deliveries of the job's own callbacks, newest first; with `include: 'webhooks'` also those to webhooks. */
    deliveries(id: string, options?: {
        readonly include?: 'webhooks';
    }): List<Delivery>;
    redeliver(id: string, deliveryId: string): Promise<Delivery>;
}
export {};
