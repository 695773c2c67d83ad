import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Job, JobInput } from '../types.ts';
export type ScheduleInput = {
    /** Five or six fields, or `@daily` …; this or `every`. */
    readonly cron?: string;
    readonly every?: string;
    readonly timezone?: string;
    readonly overlap?: 'skip' | 'allow' | 'queue' | 'cancel_running';
    readonly catch_up?: 'latest' | 'none' | 'all';
    readonly enabled?: boolean;
    readonly start_at?: string;
    readonly end_at?: string;
    readonly job: Partial<JobInput> & {
        readonly definition?: string;
    };
};
export type Schedule = ScheduleInput & {
    readonly name: string;
    readonly next_run_at: string | null;
    readonly last_job_id: string | null;
    readonly upcoming: readonly string[];
};
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
    put(name: string, input: ScheduleInput): Promise<Schedule>;
    delete(name: string): Promise<void>;
    /** Makes a job now. */
    trigger(name: string): Promise<Job>;
    /** Makes the jobs of moments that are past: `from` is one of them, `to` is not. */
    backfill(name: string, input: BackfillInput): Promise<Backfill>;
}
