import { List } from '../list.js';
import { path } from './path.js';
/** What definitions name by `{% secrets.NAME %}`: written, never read. */
export class Secrets {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    list() {
        return new List(this.#transport, '/v1/secrets');
    }
    get(name) {
        return this.#transport.json('GET', path `/v1/secrets/${name}`);
    }
    put(name, input) {
        return this.#transport.json('PUT', path `/v1/secrets/${name}`, { body: input });
    }
    delete(name) {
        return this.#transport.json('DELETE', path `/v1/secrets/${name}`);
    }
}
