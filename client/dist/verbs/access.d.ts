import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { AuditEntry, Key, KeyChange, KeyInput, KeyRotation, Limits, LimitsInput, NewKey } from '../types.ts';
/** Who may do what. For keys with the scope `admin`. */
export declare class Keys {
    #private;
    constructor(transport: Transport);
    /** The answer alone shows the key's text. The first key of a service closes it to everybody without one. */
    create(input: KeyInput): Promise<NewKey>;
    list({ tenant }?: {
        readonly tenant?: string;
    }): List<Key>;
    get(id: string): Promise<Key>;
    /** Another name, or another end. */
    update(id: string, change: KeyChange): Promise<Key>;
    /** A new text for the same key; the old one holds for `overlap_seconds` (default an hour). */
    rotate(id: string, input?: Partial<KeyRotation>): Promise<NewKey>;
    revoke(id: string): Promise<void>;
}
/** What a tenant may use at once. */
export declare class TenantLimits {
    #private;
    constructor(transport: Transport);
    get(tenant: string): Promise<Limits>;
    set(tenant: string, limits: LimitsInput): Promise<Limits>;
}
export type AuditFilters = {
    readonly tenant?: string;
    readonly action?: string;
    /** The id or name of what it was done to. */
    readonly subject?: string;
    readonly limit?: number;
};
/** Who changed what for others, newest first. */
export declare class Audit {
    #private;
    constructor(transport: Transport);
    list(filters?: AuditFilters): List<AuditEntry>;
}
