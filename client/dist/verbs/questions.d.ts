import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Question } from '../types.ts';
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
