import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
export type SecretInput = {
    /** At least 8 characters; never given back. */
    readonly value: string;
    readonly tags?: readonly string[];
    /** The only hosts that it is sent to: `api.example.com`, `*.example.com`. */
    readonly hosts?: readonly string[];
    readonly description?: string;
};
export type Secret = {
    readonly name: string;
    readonly tags: readonly string[];
    readonly hosts: readonly string[] | null;
    readonly description: string | null;
    readonly updated_at: string;
    readonly last_used_at: string | null;
};
/** What definitions name by `{% secrets.NAME %}`: written, never read. */
export declare class Secrets {
    #private;
    constructor(transport: Transport);
    list(): List<Secret>;
    get(name: string): Promise<Secret>;
    put(name: string, input: SecretInput): Promise<Secret>;
    delete(name: string): Promise<void>;
}
