import { List } from '../list.js';
import { labels } from './labels.js';
import { path } from './path.js';
/** What jobs ask people, or programs. */
export class Questions {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    /** Open ones, newest first. */
    list({ metadata, ...filters } = {}) {
        return new List(this.#transport, '/v1/questions', { ...filters, ...labels(metadata) });
    }
    /** Any, whatever became of it. */
    get(id) {
        return this.#transport.json('GET', path `/v1/questions/${id}`);
    }
    /** Answers it, once: a second answer is a problem. */
    answer(id, value, { by } = {}) {
        return this.#transport.json('POST', path `/v1/questions/${id}/answer`, { body: { value, by } });
    }
}
