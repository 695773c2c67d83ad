import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
export type Question = {
    readonly id: string;
    readonly job_id: string;
    readonly job_name: string | null;
    readonly step: string;
    readonly title: string | null;
    readonly text: string | null;
    /** The JSON Schema of an answer. */
    readonly form: Record<string, unknown>;
    readonly to: string | null;
    readonly state: string;
    readonly asked_at: string;
    readonly until: string | null;
    readonly answer: {
        readonly value: unknown;
        readonly by: string;
        readonly at: string;
    } | null;
    readonly metadata: Readonly<Record<string, string>>;
};
/** What jobs ask people, or programs. */
export declare class Questions {
    #private;
    constructor(transport: Transport);
    /** Open ones, newest first. */
    list(filters?: {
        readonly job_id?: string | undefined;
        readonly limit?: number;
    }): List<Question>;
    /** Any, whatever became of it. */
    get(id: string): Promise<Question>;
    /** Answers it, once: a second answer is a problem. */
    answer(id: string, value: unknown, { by }?: {
        readonly by?: string;
    }): Promise<Question>;
}
