import { Transport } from './transport.js';
import { Audit, Keys, TenantLimits } from './verbs/access.js';
import { Blocks } from './verbs/blocks.js';
import { Jobs } from './verbs/jobs.js';
import { Webhooks } from './verbs/webhooks.js';
/** A client of the service at `baseUrl`. It opens nothing until it is asked for something. */
export function createClient(options) {
    const transport = new Transport(options);
    return {
        jobs: new Jobs(transport),
        blocks: new Blocks(transport),
        webhooks: new Webhooks(transport),
        keys: new Keys(transport),
        limits: new TenantLimits(transport),
        audit: new Audit(transport),
        request: (method, path, request) => transport.json(method, path, request),
        url: (path, query) => transport.url(path, query),
    };
}
