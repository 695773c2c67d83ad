import { List } from '../list.js';
import { path } from './path.js';
/** Who may do what. For keys with the scope `admin`. */
export class Keys {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    /** The answer alone shows the key's text. The first key of a service closes it to everybody without one. */
    create(input) {
        return this.#transport.json('POST', '/v1/keys', { body: input, idempotencyKey: true });
    }
    list({ tenant } = {}) {
        return new List(this.#transport, '/v1/keys', { tenant });
    }
    get(id) {
        return this.#transport.json('GET', path `/v1/keys/${id}`);
    }
    /** Another name, or another end. */
    update(id, change) {
        return this.#transport.json('PATCH', path `/v1/keys/${id}`, { body: change });
    }
    /** A new text for the same key; the old one holds for `overlap_seconds` (default an hour). */
    rotate(id, input = {}) {
        return this.#transport.json('POST', path `/v1/keys/${id}/rotate`, { body: input, idempotencyKey: true });
    }
    revoke(id) {
        return this.#transport.json('DELETE', path `/v1/keys/${id}`);
    }
}
/** What a tenant may use at once. */
export class TenantLimits {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    get(tenant) {
        return this.#transport.json('GET', path `/v1/tenants/${tenant}/limits`);
    }
    set(tenant, limits) {
        return this.#transport.json('PUT', path `/v1/tenants/${tenant}/limits`, { body: limits });
    }
}
/** Who changed what for others, newest first. */
export class Audit {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    list(filters = {}) {
        return new List(this.#transport, '/v1/audit', filters);
    }
}
