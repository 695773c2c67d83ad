import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Block } from '../types.ts';
/** What definitions may name. */
export declare class Blocks {
    #private;
    constructor(transport: Transport);
    /** The catalogue; `match` is a pattern with `*` and `?`: `TEXT.*`. */
    list({ match }?: {
        readonly match?: string;
    }): List<Block>;
    get(action: string): Promise<Block>;
}
