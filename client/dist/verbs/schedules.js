import { List } from '../list.js';
import { path } from './path.js';
/** What runs by itself, at its moments. */
export class Schedules {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    list() {
        return new List(this.#transport, '/v1/schedules');
    }
    get(name) {
        return this.#transport.json('GET', path `/v1/schedules/${name}`);
    }
    /** `onlyNew`: one that is there stays as it is, and the problem is `precondition-failed`. */
    put(name, input, { onlyNew = false } = {}) {
        const headers = onlyNew ? { 'if-none-match': '*' } : {};
        return this.#transport.json('PUT', path `/v1/schedules/${name}`, { body: input, headers });
    }
    /** Pauses it, or lets it go on; all else of it stays. */
    update(name, change) {
        return this.#transport.json('PATCH', path `/v1/schedules/${name}`, { body: change });
    }
    delete(name) {
        return this.#transport.json('DELETE', path `/v1/schedules/${name}`);
    }
    /** Makes a job now. */
    trigger(name) {
        return this.#transport.json('POST', path `/v1/schedules/${name}/trigger`, { idempotencyKey: true });
    }
    /** Makes the jobs of moments that are past: `from` is one of them, `to` is not. */
    backfill(name, input) {
        return this.#transport.json('POST', path `/v1/schedules/${name}/backfill`, { body: input, idempotencyKey: true });
    }
}
