import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Question } from '../types.ts';
import { type Labels } from './labels.ts';
/** All given must hold. */
export type QuestionFilters = {
    readonly job_id?: string | undefined;
    /** Labels of the job that asks. */
    readonly metadata?: Labels | undefined;
    /** Rows a page, 1 to 200. */
    readonly limit?: number | undefined;
};
/** What jobs ask people, or programs. */
export declare class Questions {
    #private;
    constructor(transport: Transport);
    /** Open ones, newest first. */
    list({ metadata, ...filters }?: QuestionFilters): List<Question>;
    /** Any, whatever became of it. */
    get(id: string): Promise<Question>;
    /** Answers it, once: a second answer is a problem. */
    answer(id: string, value: unknown, { by }?: {
        readonly by?: string;
    }): Promise<Question>;
}
