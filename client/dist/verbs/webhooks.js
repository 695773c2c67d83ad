import { List } from '../list.js';
import { path } from './path.js';
/** Who is told what happens, by signed messages. */
export class Webhooks {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    /** The answer alone shows the secret. */
    create(input) {
        return this.#transport.json('POST', '/v1/webhooks', { body: input, idempotencyKey: true });
    }
    list() {
        return new List(this.#transport, '/v1/webhooks');
    }
    get(id) {
        return this.#transport.json('GET', path `/v1/webhooks/${id}`);
    }
    update(id, change) {
        return this.#transport.json('PATCH', path `/v1/webhooks/${id}`, { body: change });
    }
    delete(id) {
        return this.#transport.json('DELETE', path `/v1/webhooks/${id}`);
    }
    /** A new secret; the old one signs along for 24 hours. */
    rotateSecret(id) {
        return this.#transport.json('POST', path `/v1/webhooks/${id}/rotate-secret`, { idempotencyKey: true });
    }
    /** Sends a message that only shows that messages arrive. */
    test(id) {
        return this.#transport.json('POST', path `/v1/webhooks/${id}/test`, { idempotencyKey: true });
    }
    /** Newest first. */
    deliveries(id, { limit } = {}) {
        return new List(this.#transport, path `/v1/webhooks/${id}/deliveries`, { limit });
    }
    redeliver(id, deliveryId) {
        return this.#transport.json('POST', path `/v1/webhooks/${id}/deliveries/${deliveryId}/redeliver`, {
            idempotencyKey: true,
        });
    }
}
