/** Waits; ends at once, and well, when the signal aborts. */
export declare function pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
/** How long to wait after so many failures in a row: 200 ms, doubled each time up to 5 s, less up to a half by chance. */
export declare function backoff(failures: number): number;
/** Whether there is a signal and it has aborted. */
export declare function isAborted(signal?: AbortSignal): boolean;
