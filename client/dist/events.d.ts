import type { Transport } from './transport.ts';
import type { JobEvent } from './types.ts';
export type EventOptions = {
    /** Begins after this `seq` (default 0: with the first event). */
    readonly after?: number;
    /** Also what is told only while it happens, without a `seq`: starts, retries, progress. */
    readonly live?: boolean;
    /** A token of the job in place of a key. */
    readonly token?: string | undefined;
    /** Ends the iteration, without an error. */
    readonly signal?: AbortSignal;
};
/**
 * The events of a job, past ones first, then live ones; ends after `job.finished`. A stream that breaks (a restart, a
 * proxy, a network) is taken up again after the last event that was seen: none is lost, none comes twice.
 *
 * @throws ConduitProblem where the service refuses, and what `fetch` threw where it never answered
 */
export declare function followEvents(transport: Transport, path: string, { after, live, token, signal }: EventOptions): AsyncGenerator<JobEvent, void, undefined>;
