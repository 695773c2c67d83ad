import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Job, Schedule, ScheduleInput } from '../types.ts';
export type BackfillInput = {
    readonly from: string;
    readonly to: string;
    readonly dry_run?: boolean;
};
export type Backfill = {
    readonly jobs: readonly string[];
    readonly existing: readonly string[];
    readonly count: number;
};
/** What runs by itself, at its moments. */
export declare class Schedules {
    #private;
    constructor(transport: Transport);
    list(): List<Schedule>;
    get(name: string): Promise<Schedule>;
    /** `onlyNew`: one that is there stays as it is, and the problem is `precondition-failed`. */
    put(name: string, input: ScheduleInput, { onlyNew }?: {
        readonly onlyNew?: boolean;
    }): Promise<Schedule>;
    /** Pauses it, or lets it go on; all else of it stays. */
    update(name: string, change: {
        readonly enabled: boolean;
    }): Promise<Schedule>;
    delete(name: string): Promise<void>;
    /** Makes a job now. */
    trigger(name: string): Promise<Job>;
    /** Makes the jobs of moments that are past: `from` is one of them, `to` is not. */
    backfill(name: string, input: BackfillInput): Promise<Backfill>;
}
