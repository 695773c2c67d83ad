import { followEvents } from '../events.js';
import { List } from '../list.js';
import { labels } from './labels.js';
import { path } from './path.js';
/** How long one request waits for a job's end: below the 30 s and 60 s after which proxies give up. */
const SECONDS_A_REQUEST = 25;
/** What can be done with jobs. */
export class Jobs {
    #transport;
    constructor(transport) {
        this.#transport = transport;
    }
    /** Posts a definition. The job is durable when this answers; a retry of a lost answer makes no second one. */
    async submit(definition, { wait = 0, idempotencyKey, signal } = {}) {
        const seconds = wait === true ? Number.POSITIVE_INFINITY : Number(wait);
        const until = Date.now() + seconds * 1000;
        const job = await this.#transport.json('POST', '/v1/jobs', {
            body: definition,
            idempotencyKey: idempotencyKey ?? true,
            headers: seconds > 0 ? { prefer: `wait=${Math.min(Math.ceil(seconds), SECONDS_A_REQUEST)}` } : {},
            signal,
        });
        return job.finished_at !== null || seconds <= 0 ? job : this.#poll(job.id, until, signal);
    }
    /** The job when it is over. @throws DOMException `TimeoutError` when the time is up */
    async wait(id, { timeout = Number.POSITIVE_INFINITY, signal } = {}) {
        const job = await this.#poll(id, Date.now() + timeout * 1000, signal);
        if (job.finished_at === null)
            throw new DOMException(`job ${id} is not over after ${timeout} s`, 'TimeoutError');
        return job;
    }
    async #poll(id, until, signal) {
        for (;;) {
            const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
            const wait = Math.min(left, SECONDS_A_REQUEST);
            const job = await this.#transport.json('GET', path `/v1/jobs/${id}`, { query: { wait }, signal });
            if (job.finished_at !== null || Date.now() >= until)
                return job;
        }
    }
    /** A job; `steps: false` leaves its steps out. */
    get(id, { steps, signal } = {}) {
        return this.#transport.json('GET', path `/v1/jobs/${id}`, { query: { steps }, signal });
    }
    /** Newest first, without values: `for await (const job of jobs.list({ state: 'failed' }))`. */
    list({ metadata, ...filters } = {}) {
        return new List(this.#transport, '/v1/jobs', { ...filters, ...labels(metadata) });
    }
    /** What happens to a job, from its first event on; ends after `job.finished` and resumes by itself. */
    events(id, options = {}) {
        return followEvents(this.#transport, path `/v1/jobs/${id}/events`, options);
    }
    /** Its own steps; `parent`: those right below that step, or all for `*`. */
    steps(id, { parent, limit } = {}) {
        return new List(this.#transport, path `/v1/jobs/${id}/steps`, { parent, limit });
    }
    step(id, stepPath, options = {}) {
        return this.#transport.json('GET', path `/v1/jobs/${id}/steps/${stepPath}`, options);
    }
    /** Ends a job that is not over; asking twice is asking once. */
    cancel(id) {
        return this.#transport.json('POST', path `/v1/jobs/${id}/cancel`, { repeatable: true });
    }
    /** Deletes a job that is over. */
    delete(id) {
        return this.#transport.json('DELETE', path `/v1/jobs/${id}`);
    }
    /** Runs a job that is over again, as a new one: whole, or `from` a step (`failed`: the one that failed). */
    rerun(id, input = {}, { idempotencyKey } = {}) {
        const options = { body: input, idempotencyKey: idempotencyKey ?? true };
        return this.#transport.json('POST', path `/v1/jobs/${id}/rerun`, options);
    }
    /** Gives a step that waits for it a signal; one that comes early is kept. */
    signal(id, name, body = null) {
        return this.#transport.json('POST', path `/v1/jobs/${id}/signals/${name}`, { body, idempotencyKey: true });
    }
    /** The definition as it was posted, without the secrets of its callbacks. */
    definition(id) {
        return this.#transport.json('GET', path `/v1/jobs/${id}/definition`);
    }
    /** The checks that need no run; nothing is stored. */
    validate(definition, options = {}) {
        return this.#transport.json('POST', '/v1/jobs/validate', { body: definition, repeatable: true, ...options });
    }
    /** A token that reads this one job; `expires_in` in seconds. */
    createToken(id, input = {}) {
        return this.#transport.json('POST', path `/v1/jobs/${id}/tokens`, { body: input, idempotencyKey: true });
    }
    /** Deliveries of the job's own callbacks, newest first; with `include: 'webhooks'` also those to webhooks. */
    deliveries(id, options = {}) {
        return new List(this.#transport, path `/v1/jobs/${id}/deliveries`, options);
    }
    redeliver(id, deliveryId) {
        return this.#transport.json('POST', path `/v1/jobs/${id}/deliveries/${deliveryId}/redeliver`, {
            idempotencyKey: true,
        });
    }
}
