import { List } from '../list.js';
import { path } from './path.js';
/** What definitions may name. */
export class Blocks {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    /** The catalogue; `match` is a pattern with `*` and `?`: `TEXT.*`. */
    list({ match } = {}) {
        return new List(this.#transport, '/v1/blocks', { match });
    }
    get(action) {
        return this.#transport.json('GET', path `/v1/blocks/${action}`);
    }
}
