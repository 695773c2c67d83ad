import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { Secret, SecretInput } from '../types.ts';
/** What definitions name by `{% secrets.NAME %}`: written, never read. */
export declare class Secrets {
    #private;
    constructor(transport: Transport);
    list(): List<Secret>;
    get(name: string): Promise<Secret>;
    put(name: string, input: SecretInput): Promise<Secret>;
    delete(name: string): Promise<void>;
}
