import { List } from '../list.ts';
import type { Transport } from '../transport.ts';
import type { DefinitionTests, DefinitionVersion, NamedDefinition } from '../types.ts';
/** Named definitions, in versions that never change. */
export declare class Definitions {
    #private;
    constructor(transport: Transport);
    /** The latest version of each. */
    list(filters?: {
        readonly name_prefix?: string;
        readonly limit?: number;
    }): List<NamedDefinition>;
    get(name: string): Promise<NamedDefinition>;
    /** The same content again is the same version; `ifMatch` is the version that must be the latest. */
    put(name: string, content: object, { ifMatch }?: {
        readonly ifMatch?: number;
    }): Promise<DefinitionVersion>;
    /** No new jobs; those that ran stay, and so do the versions. */
    delete(name: string): Promise<void>;
    versions(name: string): List<DefinitionVersion>;
    version(name: string, version: number): Promise<NamedDefinition>;
    /** Runs the tests that a definition brings, in memory. */
    test(name: string, { version }?: {
        readonly version?: number;
    }): Promise<DefinitionTests>;
}
