import { List } from '../list.js';
import { path } from './path.js';
/** Named definitions, in versions that never change. */
export class Definitions {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    /** The latest version of each. */
    list(filters = {}) {
        return new List(this.#transport, '/v1/definitions', filters);
    }
    get(name) {
        return this.#transport.json('GET', path `/v1/definitions/${name}`);
    }
    /** The same content again is the same version; `ifMatch` is the version that must be the latest. */
    put(name, content, { ifMatch } = {}) {
        const headers = ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` };
        return this.#transport.json('PUT', path `/v1/definitions/${name}`, { body: content, headers });
    }
    /** No new jobs; those that ran stay, and so do the versions. */
    delete(name) {
        return this.#transport.json('DELETE', path `/v1/definitions/${name}`);
    }
    versions(name) {
        return new List(this.#transport, path `/v1/definitions/${name}/versions`);
    }
    version(name, version) {
        return this.#transport.json('GET', path `/v1/definitions/${name}/versions/${String(version)}`);
    }
    /** Runs the tests that a definition brings, in memory. */
    test(name, { version } = {}) {
        return this.#transport.json('POST', path `/v1/definitions/${name}/test`, { query: { version }, repeatable: true });
    }
}
